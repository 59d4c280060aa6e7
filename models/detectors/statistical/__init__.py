"""Detectors that compare each point with a band around a centre."""
