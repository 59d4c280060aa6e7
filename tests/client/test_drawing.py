"""Panels, the chart in the terminal, the image, the spinner."""

import io
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tidecast
from tidecast._cli.spinner import spinner
from tidecast._drawing import chart, image
from tidecast._drawing.panels import Panel, detection_panel, forecast_panel, keys_of
from tidecast._reading.roles import Roles

from tests.waiting import until

ROLES = Roles(
    "shop",
    "day",
    "sold",
    {"shop": ["a", "a", "b"], "day": ["d1", "d2", "d1"], "sold": [1.0, None, 5.0]},
)


def lists(panel: Panel) -> dict[str, list[Any]]:
    """The arrays of a panel with None for NaN, which equals itself."""
    arrays = {"observed": panel.observed, **panel.expected}
    arrays |= {n: a for n in ("lower", "upper") if (a := getattr(panel, n)) is not None}
    return {n: [None if np.isnan(v) else v for v in a] for n, a in arrays.items()}


def test_a_forecast_follows_its_history_inside_the_widest_band() -> None:
    table = {
        "shop": ["a", "a", "b"],
        "day": ["d2", "d3", "d2"],
        "is_history": [True, False, False],
        "yhat": [9.0, 2.0, 6.0],
        "yhat_lo_80": [0.0, 1.5, 5.0],
        "yhat_hi_80": [0.0, 2.5, 7.0],
        "yhat_lo_95": [0.0, 1.0, 4.0],
        "yhat_hi_95": [0.0, 3.0, 8.0],
    }
    panel = forecast_panel(ROLES, table, "a")
    assert panel.title == "sold of a"
    assert panel.times == ["d1", "d2", "d3"]
    assert lists(panel) == {
        "observed": [1.0, None, None],
        "yhat": [None, None, 2.0],
        "lower": [None, None, 1.0],
        "upper": [None, None, 3.0],
    }
    assert keys_of(ROLES, table) == ["a", "b"]


def test_several_models_are_several_lines_and_quantiles_a_band() -> None:
    roles = Roles(None, None, "y", {"y": [1.0]})
    models = {
        "ds": [1],
        "yhat_ets": [2.0],
        "yhat_ets_lo_80": [1.0],
        "yhat_ets_hi_80": [3.0],
        "yhat_sma": [4.0],
    }
    assert list(forecast_panel(roles, models, "").expected) == ["yhat_ets", "yhat_sma"]
    quantiles = {"ds": [1], "yhat_q_0.9": [3.0], "yhat_q_0.1": [1.0], "yhat_q_0.5": [2.0]}
    assert lists(forecast_panel(roles, quantiles, "")) == {
        "observed": [1.0, None],
        "lower": [None, 1.0],
        "upper": [None, 3.0],
    }
    assert keys_of(roles, models) == [""]


def test_a_long_history_is_cut_to_its_end() -> None:
    roles = Roles(None, None, "y", {"y": [float(n) for n in range(1000)]})
    panel = forecast_panel(roles, {"ds": [1000], "yhat": [0.0]}, "")
    assert panel.observed[:-1].tolist() == [float(n) for n in range(940, 1000)]


def test_a_detection_has_its_flags() -> None:
    table = {
        "shop": ["a", "b"],
        "day": ["d1", "d1"],
        "sold": [1.0, 5.0],
        "is_anomaly": [False, True],
        "yhat": [1.0, None],
        "yhat_lower": [0.0, None],
    }
    panel = detection_panel(ROLES, table, "b")
    assert (panel.title, panel.times) == ("sold of b", ["d1"])
    assert panel.flagged.tolist() == [True]
    assert lists(panel) == {"observed": [5.0], "yhat": [None], "lower": [None], "upper": [None]}


def flat(observed: list[float], **rest: Any) -> Panel:
    n = len(observed)
    flags = rest.pop("flagged", np.zeros(n, dtype=bool))
    return Panel(
        "y", list(range(n)), np.array(observed), rest.pop("expected", {}), flagged=flags, **rest
    )


def test_a_rising_line_rises() -> None:
    text = chart.draw(flat([0.0, 1.0, 2.0, 3.0]), width=15, height=7)
    assert text.splitlines() == [
        "y",
        "         3┤       ⢀⡤⠞",
        "          ┤     ⣠⠴⠋",
        "       1.5┤  ⢀⡴⠚⠁",
        "         0┤⣠⠞⠉",
        "           0        3",
    ]


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (1_000_001.0, 1_000_003.0, ["1000003", "1000002", "1000001"]),
        (-1e-9, 1e-9, ["1e-09", "0", "-1e-09"]),
        (-1.0, 1.0 - 2e-9, ["1", "0", "-1"]),
        (0.0, 1e15, ["1e+15", "5e+14", "0"]),
        (0.001, 0.003, ["0.003", "0.002", "0.001"]),
    ],
)
def test_labels_tell_the_ends_apart(low: float, high: float, labels: list[str]) -> None:
    lines = chart.draw(flat([low, high]), width=40, height=8).splitlines()[1:-1]
    assert [text for line in lines if (text := line.partition("┤")[0].strip())] == labels


def test_a_constant_and_an_empty_series_can_be_drawn() -> None:
    assert "         5┤⠤⠤⠤" in chart.draw(flat([5.0, 5.0]))
    for nothing in ([float("nan")], []):
        assert not re.search("[⠁-⣿]", chart.draw(flat(nothing)))


def test_every_line_fits_the_width() -> None:
    wave = np.sin(np.arange(5000) / 50)
    panel = flat(wave.tolist(), expected={"yhat": wave}, lower=wave - 1, upper=wave + 1)
    lines = chart.draw(panel, width=60, height=12).splitlines()
    assert len(lines) == 11
    assert max(map(len, lines)) <= 60


def test_a_flag_is_drawn_where_the_point_is_and_in_red() -> None:
    flags = np.array([False, False, True])
    panel = flat([0.0, 0.0, 9.0], flagged=flags)
    plain = chart.draw(panel, width=31, height=8)
    assert plain.count("●") == 1
    assert plain.splitlines()[1].endswith("●")
    coloured = chart.draw(panel, width=31, height=8, colour=True)
    assert "\x1b[31;1m●\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured).replace(" ", "") == plain.replace(" ", "")


def test_the_band_is_dotted_between_its_edges() -> None:
    ones = np.ones(40)
    panel = flat([float("nan")] * 40, lower=-ones, upper=ones)
    rows = [line.partition("┤")[2] for line in chart.draw(panel, 31, 7).splitlines()[1:-1]]
    dots = sum(bin(ord(sign) - 0x2800).count("1") for row in rows for sign in row if sign != " ")
    assert dots == 4 * 4 * 40 / 2  # every second of 16 rows by 40 columns


def test_an_image_is_a_png(tmp_path: Path) -> None:
    path = tmp_path / "out.png"
    panels = [
        flat([1.0, 5.0], flagged=np.array([False, True]), lower=np.zeros(2), upper=np.ones(2))
    ]
    panels.append(Panel("y", ["2024-01-01", "2024-02-01"], np.ones(2), {"yhat": np.ones(2)}))
    image.save(panels, str(path))
    assert path.read_bytes().startswith(b"\x89PNG")
    assert int.from_bytes(path.read_bytes()[20:24]) == 2 * int(3.2 * 120)  # height of two panels


def test_an_image_of_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(tidecast.DataError, match=r"cannot write .*\.xyz: Format 'xyz'"):
        image.save([flat([1.0])], str(tmp_path / "out.xyz"))


def test_without_matplotlib_the_message_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(tidecast.MissingDependencyError, match=r"pip install 'tidecast\[plot\]'"):
        image.save([flat([1.0])], str(tmp_path / "out.png"))


def test_the_spinner_turns_and_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tidecast._cli.spinner._FIRST_AFTER_S", 0.0)
    monkeypatch.setattr("tidecast._cli.spinner._EVERY_S", 0.01)
    stream = io.StringIO()
    with spinner("forecast ...", stream, shown=True):
        until(lambda: "forecast ..." in stream.getvalue(), "the first picture")
    assert stream.getvalue().startswith("\r⠋ forecast ... 0.")
    assert stream.getvalue().endswith("\r\x1b[K")


def test_a_quick_answer_shows_no_spinner_and_neither_does_a_pipe() -> None:
    for shown in (True, False):
        stream = io.StringIO()
        with spinner("forecast ...", stream, shown=shown):
            pass
        assert stream.getvalue() == ""
