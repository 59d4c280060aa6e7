"""What goes into models and what comes out: value objects with arrays."""
