"""The values that every room shares. Standard library only: no clock, no network, no files, no kind."""
