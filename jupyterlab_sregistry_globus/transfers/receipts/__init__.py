"""State what arrived, and how that is known."""
