"""Forecasters, one file each."""
