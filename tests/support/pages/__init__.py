"""What pages and help texts show: read, run as a reader would run it, and compared."""
