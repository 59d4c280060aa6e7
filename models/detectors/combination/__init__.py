"""Detectors that choose among others."""
