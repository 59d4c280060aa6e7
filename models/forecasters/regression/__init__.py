"""Regressions: on lags, on time and on the caller's columns."""
