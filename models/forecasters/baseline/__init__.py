"""Baselines: means, random walks, last seasons."""
