"""The embedded store, or PostgreSQL by URL."""
