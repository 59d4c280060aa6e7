"""The combination behind ``auto``: fast forecasters of one series, weighted by their held-out errors.

The way of a series: ``backtest`` plans where forecasts start, ``seasonal`` finds or takes the seasons,
``problem`` holds the views of the series that the ``members`` (``smoothing``, ``lag_members``, ``lags``,
``refitted``) forecast from every start, ``weights`` combines them, ``scale`` and ``widths`` turn what the
combination missed into intervals, ``whole`` puts it all together.
"""
