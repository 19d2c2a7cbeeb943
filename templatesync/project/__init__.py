"""What a project holds: settings, files, resources. Knows no rule, no client and no plan."""
