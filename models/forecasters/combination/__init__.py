"""The combination behind ``auto``: fast forecasters of one series, weighted by their held-out errors.

The way of a series: ``auto`` takes out what ``_days`` finds; ``_combined`` sees whether it is one of those of
which ``_simple`` takes care, and else runs all that follows. ``_origins`` plans where forecasts start,
``_seasonal`` finds or takes the seasons, ``_context`` holds the views of the series that the ``_members``
forecast from every start, each of them in a file of its own, ``_weights`` combines them, ``_error_scale`` draws
what the combination missed (``_growth_curve``) to what is expected (``_expected_errors``), ``_widths`` turns that
into intervals, and ``_closed`` knows the times at which there is nothing. ``_explained`` adds what regressors
tell.
"""
