"""Detectors that judge several columns together."""
