"""Upload images over HTTPS: one PUT for each attempt, checked, then given its final name."""
