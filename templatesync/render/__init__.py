"""Results to text: one file per format. Prints nothing, asks nobody, and knows no client."""
