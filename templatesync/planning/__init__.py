"""From what is wanted and what is live to a plan. Knows no client, no rule and no kind by name."""
