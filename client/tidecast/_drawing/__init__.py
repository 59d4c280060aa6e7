"""Pictures of one series with its forecast or its verdicts, for images and for the terminal."""
