"""Detectors that train a network; torch is loaded only where one is fitted or applied."""
