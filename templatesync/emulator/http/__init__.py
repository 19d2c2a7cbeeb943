"""The wire of the emulator: bytes to calls and replies to bytes. Knows no store and no operation."""
