"""Whether a document is as its published JSON Schema says. Knows no file and no kind."""
