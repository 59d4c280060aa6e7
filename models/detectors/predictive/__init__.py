"""Detectors that compare each point with a forecast of it."""
