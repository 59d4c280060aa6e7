"""Numbers only: series in, forecasts and anomaly scores out. Knows nothing of the web or of storage."""
