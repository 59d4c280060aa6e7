"""What a series is like, and which models suit it."""
