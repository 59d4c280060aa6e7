"""The combination behind ``auto``: fast forecasters of one series, weighted by their held-out errors.

The way of a series: ``_origins`` plans where forecasts start, ``_seasonal`` finds or takes the seasons,
``_problem`` holds the views of the series that the ``_members`` (``_smoothing_member``, ``_lag_members``,
``_cycles_member``, ``_refitted_members``) forecast from every start, ``_weights`` combines them,
``_error_scale`` and ``_widths`` turn what the combination missed into intervals, ``_combined`` puts it all
together.
"""
