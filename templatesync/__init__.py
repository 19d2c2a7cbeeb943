"""Keep the message templates of Alibaba Cloud Chat App Message Service (CAMS) in git."""

__version__ = "0.2.0"
