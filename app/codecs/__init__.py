"""Formats of bodies, one file each behind one interface."""
