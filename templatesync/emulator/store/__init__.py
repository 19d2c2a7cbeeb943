"""The emulator's state as rows of one SQLite database. Knows no HTTP and no operation."""
