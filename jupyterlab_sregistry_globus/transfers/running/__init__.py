"""Submit tasks to Globus, follow them, and replace those that can't work."""
