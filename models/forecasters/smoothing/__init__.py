"""Exponential smoothing, theta and complex smoothing."""
