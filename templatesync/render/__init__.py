"""Results to text: one file per format. None prints."""
