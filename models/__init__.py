"""Numbers only: series in, forecasts and anomaly scores out. Knows nothing of the web or of storage.

A room imports from the rooms above it only.

- ``wording``, ``errors``, ``types``, ``params``: the ground
- ``time``: steps, frequencies, grids, zones, stamps: what a moment is
- ``stats``: arrays in, arrays out: distributions, robust scale, autocorrelation, seasons, moving windows
- ``data``: ``Series``, ``Panel``, ``Forecast``, ``Forecasts``, ``Detection``, ``Outcome``, ``Notice``: in and out
- ``contract``: what every model promises: ``Model``, ``State``, ``Context``, ``Cost``
- ``transforms``: there and back: log … difference, bounds, the wall clock
- ``features``: what models are told beside the values: calendar, holidays
- ``prepare``: rows as they were sent become series on a grid, with a report
- ``intervals``: how sure a forecast is
- ``decisions``: when strange becomes an alarm: scale, rules, verdicts, reasons
- ``networks``: what neural models are made of; loads torch, so it is imported where a network runs only
- ``registry``: finds the models in ``forecasters``, ``detectors`` and ``decomposers``
- ``analysis``: profile, strengths, change points, suggestions
- ``tasks``: what a worker runs: forecast, detect, decompose, profile, changepoints, watch
- ``evaluation``: metrics, backtests, scores
"""
