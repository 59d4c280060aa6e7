"""Endpoints: they translate HTTP and delegate."""
