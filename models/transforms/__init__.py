"""There and back: transforms, bounds, the wall clock."""
