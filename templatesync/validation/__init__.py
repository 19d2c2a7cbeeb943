"""From a project to what is wrong with it. Knows no client, no plan and no format of a report."""
