"""What works, what does not, why, and what to do about it."""
