"""How good forecasts are: metrics, backtests, scores and rankings."""
