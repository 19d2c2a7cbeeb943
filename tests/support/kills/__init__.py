"""Runs that are killed while they write, and what the next one makes of it: real processes, real time, one judge."""
