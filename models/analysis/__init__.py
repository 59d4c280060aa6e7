"""What a series is like: profile, strengths, change points, and which models suit it."""
