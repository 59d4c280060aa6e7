"""Forecasters of intermittent demand."""
