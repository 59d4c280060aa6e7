"""Where level, trend or variance of a series changed."""
