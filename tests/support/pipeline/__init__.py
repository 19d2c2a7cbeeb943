"""GitHub as far as our workflows reach it, on loopback: its state, its API, its runner of workflow files, and stand-ins
for the programs that a runner has. Knows nothing of what our workflows contain.

`PipelineWorld` (world.py) is the door: a repository with branches, forks and pull requests, the service that they are
applied to, and what happens by an event.
"""
