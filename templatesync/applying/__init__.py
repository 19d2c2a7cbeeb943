"""Carrying out a plan: each change once, told once. Knows no renderer and no kind by name."""
