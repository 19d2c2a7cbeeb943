"""YAML and JSON texts to values with places, and back. Knows no kind, no project and no file."""
