"""What an answer can show: a picture, and itself in a notebook."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
import tidecast
from tidecast._drawing import engines

from tests.client.helpers import Server, detection, forecast

FUTURE = forecast(["2024-01-03", "2024-01-04"], [3.0, 4.0])
FUTURE["forecast"] |= {"yhat_lo_80": [2.0, 3.0], "yhat_hi_80": [4.0, 5.0]}
DAYS = {"ds": [date(2024, 1, 1), date(2024, 1, 2)], "y": [1.0, 2.0]}


def _lines(figure: Any) -> dict[str, Any]:
    return {line.get_label(): line for line in figure.axes[0].get_lines()}


def test_a_forecast_is_drawn_after_its_series() -> None:
    lines = _lines(Server(FUTURE).client().ask("forecast", DAYS, h=2).plot())
    np.testing.assert_array_equal(lines["observed"].get_ydata(), [1, 2, np.nan, np.nan])
    np.testing.assert_array_equal(lines["yhat"].get_ydata(), [np.nan, np.nan, 3, 4])
    assert lines["yhat"].get_xdata()[-1] == np.datetime64("2024-01-04")


@pytest.mark.parametrize("start", [None, "2024-01-01"])
def test_values_without_times_are_counted(start: str | None) -> None:
    answer = Server(FUTURE).client().ask("forecast", [1.0, 2.0], h=2, start=start)
    assert list(_lines(answer.plot())["yhat"].get_xdata()) == [0, 1, 2, 3]


def test_series_are_drawn_by_name() -> None:
    several = forecast([1, 1, 1], [5.0, 6.0, 7.0], ids=["a", "b", "c"])
    answer = Server(several).client().ask("forecast", {"a": [1.0], "b": [2.0], "c": [3.0]}, h=1)
    assert len(answer.plot().axes) == 3
    figure = answer.plot(["b"])
    assert [axes.get_title() for axes in figure.axes] == ["y of b"]
    with pytest.raises(tidecast.DataError, match=r"no series 'd' .* allowed are"):
        answer.plot(["d"])


def test_anomalies_are_marked() -> None:
    answer = Server(detection(["2024-01-01", "2024-01-02"], [1.0, 9.0], [False, True])).client()
    lines = _lines(answer.ask("detect", DAYS).plot())
    assert list(lines["anomaly"].get_ydata()) == [9.0]


def test_a_profile_has_no_picture() -> None:
    answer = Server({"profiles": {"unique_id": ["series"]}}).client().ask("profile", [1.0, 2.0])
    with pytest.raises(tidecast.DataError, match="only forecasts and detections"):
        answer.plot()


def test_a_notebook_shows_the_table_below_the_remarks() -> None:
    remarks = [{"code": "gaps", "message": "a <day> is missing"}]
    client = Server(forecast([1], [2.5], warnings=remarks)).client()
    frame = client.ask("forecast", pd.DataFrame({"ds": [0], "y": [1.0]}), h=1)
    assert "<li>gaps: a &lt;day&gt; is missing</li>" in frame._repr_html_()
    assert "<table" in frame._repr_html_()
    assert "yhat" in client.ask("forecast", [1.0], h=1)._repr_html_()


@pytest.mark.parametrize("engine", ["matplotlib", "plotly"])
def test_either_library_draws(engine: str) -> None:
    data = {"a": [1.0, 2.0, 3.0], "b": [4.0, 5.0, 6.0]}
    raw = forecast([3, 3], [4.0, 7.0], ["a", "b"], series=[])
    raw["forecast"] |= {"yhat_lo_80": [3.0, 6.0], "yhat_hi_80": [5.0, 8.0]}
    answer = Server(raw).client().ask("forecast", data, h=1)
    figure = answer.plot(engine=engine)
    assert type(figure).__module__.startswith(engine)
    if engine == "plotly":
        assert [one.name for one in figure.data] == [None, "interval", "yhat", "observed"] * 2
        assert list(figure.data[1].y)[-1] == 3.0
        assert [one.text for one in figure.layout.annotations] == ["y of a", "y of b"]


def test_the_first_library_that_is_installed_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = Server(forecast([3], [4.0])).client().ask("forecast", [1.0, 2.0, 3.0], h=1)
    assert type(answer.plot()).__module__.startswith("matplotlib")
    monkeypatch.setattr(engines, "find_spec", lambda name: None if name == "matplotlib" else name)
    assert type(answer.plot()).__module__.startswith("plotly")
    monkeypatch.setattr(engines, "find_spec", lambda name: None)
    with pytest.raises(tidecast.MissingDependencyError, match="matplotlib or plotly"):
        answer.plot()
    with pytest.raises(tidecast.DataError, match="unknown engine 'ggplot'"):
        answer.plot(engine="ggplot")
