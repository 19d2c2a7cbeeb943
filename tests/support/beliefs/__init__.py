"""A judge of beliefs: a story told by the real commands against an emulator that is otherwise, and what came of it."""
