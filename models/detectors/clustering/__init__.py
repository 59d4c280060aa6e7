"""Detectors that look for what lies outside all clusters."""
