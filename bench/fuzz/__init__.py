"""Requests that nobody meant to send, at a server that is watched: ``make fuzz``."""
