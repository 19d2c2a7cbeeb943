"""Running many generators of requests at once, within quotas: retries, deadlines, interruption. Knows no kind."""
