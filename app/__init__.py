"""The service: HTTP in front of the models."""
