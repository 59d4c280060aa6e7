"""The numerical code: series in, forecasts and anomaly scores out. It knows nothing of the web or of storage.

Each package imports only from those above it.

- ``wording``, ``errors``, ``types``, ``params``: what all others use
- ``time``: steps, frequencies, grids, time zones, timestamps
- ``stats``: functions of arrays: distributions, robust scale, autocorrelation, seasons, moving windows
- ``data``: ``Series``, ``Panel``, ``Forecast``, ``Forecasts``, ``Detection``, ``Outcome``, ``Notice``
- ``contract``: what every model promises: ``Model``, ``State``, ``Context``, ``Cost``
- ``transforms``: invertible transforms of values (log … difference), bounds, the wall clock
- ``features``: what models are given beside the values: calendar, holidays
- ``prepare``: makes series on a grid of the rows that were sent, with a report
- ``intervals``: prediction intervals
- ``decisions``: from scores to alarms: scale, rules, verdicts, reasons
- ``networks``: parts of neural models; loads torch, so it is imported only where a network runs
- ``registry``: finds the models in ``forecasters``, ``detectors`` and ``decomposers``
- ``analysis``: profile, strengths, change points, suggestions
- ``tasks``: what a worker runs: forecast, detect, decompose, profile, changepoints, watch
- ``evaluation``: metrics, backtests, scores
"""
