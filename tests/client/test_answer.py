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


def test_a_backtest_shows_what_was_held_out_and_expected() -> None:
    table = {
        "unique_id": ["series"] * 3,
        "ds": [3, 4, 4],
        "cutoff": [2, 2, 3],
        "y": [5.0, 6.0, 6.0],
    }
    table |= {
        "yhat_naive": [4.0, 4.0, 5.0],
        "yhat_naive_lo_80": [3.0, 3.0, 4.0],
        "yhat_naive_hi_80": [5.0, 5.0, 6.0],
    }
    answer = Server({"forecast": table, "scores": {"model": ["naive"]}}).client()
    lines = _lines(answer.backtest([3.0, 4.0, 4.5, 5.0, 6.0], h=2, models=["naive"]).plot())
    assert list(lines["observed"].get_xdata()) == [3, 4]
    assert list(lines["observed"].get_ydata()) == [5, 6]
    assert list(lines["yhat_naive"].get_ydata()) == [4, 5]


def test_a_profile_shows_its_series_and_what_it_is() -> None:
    table = {
        "unique_id": ["series"],
        "season_length": ["7"],
        "stationarity": ["stationary"],
        "demand_class": [None],
    }
    axes = Server({"profiles": table}).client().profile([1.0, 2.0]).plot().axes
    assert [one.get_title() for one in axes] == ["y: season 7, stationary"]
    assert list(axes[0].get_lines()[0].get_ydata()) == [1, 2]


def test_a_decomposition_shows_its_parts_below_each_other() -> None:
    table: dict[str, Any] = {
        "unique_id": ["series"] * 2,
        "ds": [0, 1],
        "y": [1.0, 4.0],
        "trend": [1.0, 3.0],
    }
    table |= {"seasonal_7": [0.5, 1.0], "cycle": [None, None], "residual": [-0.5, 0.0]}
    axes = Server({"decomposition": table}).client().ask("decompose", [1.0, 4.0]).plot().axes
    assert [one.get_title() for one in axes] == ["y", "seasonal_7 of y", "residual of y"]
    assert list(axes[0].get_lines()[0].get_ydata()) == [1, 3]
    assert [line.get_label() for line in axes[1].get_lines()] == ["seasonal_7"]


def test_changes_are_marked_in_their_series_and_one_without_any_is_drawn() -> None:
    changes = {"unique_id": ["b"], "ds": [1], "index": [1], "kind": ["level"]}
    answer = (
        Server({"changes": changes})
        .client()
        .ask("changepoints", {"a": [1.0, 1.0], "b": [1.0, 9.0]})
    )
    first, second = answer.plot().axes
    assert [line.get_label() for line in first.get_lines()] == ["observed"]
    assert [line.get_label() for line in second.get_lines()] == ["observed", "change"]
    assert list(second.get_lines()[-1].get_ydata()) == [9.0]


def test_scores_of_detectors_have_no_picture() -> None:
    answer = Server({"scores": {"detector": ["band"]}}).client().ask("backtest", [1.0, 2.0])
    with pytest.raises(tidecast.DataError, match="there is nothing to draw"):
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
