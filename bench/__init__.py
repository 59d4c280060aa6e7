"""Measurements of models and of the running service; README.md lists the question that each answers."""
