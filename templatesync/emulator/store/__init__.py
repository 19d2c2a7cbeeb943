"""What the emulator remembers, as rows of one database. Knows no HTTP and no operation."""
