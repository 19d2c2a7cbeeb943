"""GitLab as its jobs see it: an API on loopback, and jobs that run as a runner runs them."""
