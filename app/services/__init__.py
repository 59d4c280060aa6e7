"""Use cases, one module each; none knows of requests or responses."""
