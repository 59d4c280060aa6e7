"""Detectors that compare stretches of values with each other."""
