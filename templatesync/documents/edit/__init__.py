"""Texts of YAML documents, edited and formatted without losing a comment. Pure: text in, text out; knows no kind.

All of it works on places that the YAML parser gives and cuts the text there, so that what is not touched stays as its
author wrote it. Besides the loader this is the only user of the YAML library.
"""

from templatesync.documents.edit.change import changed
from templatesync.documents.edit.splice import set_values

__all__ = ["changed", "set_values"]
