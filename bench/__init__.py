"""Measurements of the running service: accuracy and overhead."""
