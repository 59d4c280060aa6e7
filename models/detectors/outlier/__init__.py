"""Detectors that look for what is isolated among its like."""
