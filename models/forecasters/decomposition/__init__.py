"""Forecasters that take a series apart and forecast the parts."""
