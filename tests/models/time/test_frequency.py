import pickle

import numpy as np
import pandas as pd
import pytest

from models.errors import BadStamps, InvalidParameter
from models.time.frequency import Frequency


def stamps(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[ns]")


@pytest.mark.parametrize(
    ("spelled", "alias"),
    [
        ("M", "ME"), ("ME", "ME"), ("MS", "MS"), ("P1M", "MS"), ("BM", "BME"),
        ("H", "h"), ("h", "h"), ("PT1H", "h"), ("60min", "h"), ("2H", "2h"),
        ("T", "min"), ("15T", "15min"), ("PT15M", "15min"), ("1h30min", "90min"),
        ("D", "D"), ("d", "D"), ("P1D", "D"), ("24h", "D"), ("B", "B"),
        ("W", "W-SUN"), ("w-mon", "W-MON"), ("P7D", "W-SUN"), ("P1W", "W-SUN"),
        ("Q", "QE-DEC"), ("QS-OCT", "QS-OCT"), ("P3M", "QS-JAN"),
        ("A", "YE-DEC"), ("AS-APR", "YS-APR"), ("Y", "YE-DEC"), ("P1Y", "YS-JAN"),
        ("S", "s"), ("L", "ms"), ("PT0.5S", "500ms"), ("SM", "SME-15"), ("monthly", "MS"),
        (1, "1"), ("3", "3"),
    ],
)  # fmt: skip
def test_old_and_new_spellings_are_one(spelled: str | int, alias: str) -> None:
    assert Frequency.parse(spelled).alias == alias


@pytest.mark.parametrize(
    ("spelled", "hint"),
    [
        ("minuts", "did you mean 'min'?"),
        ("weekli", "did you mean 'W'?"),
        ("m", "use 'min' for minutes, 'MS' or 'ME' for months"),
        ("-1D", "give a count of at least 1, as in '2D', or 'D' alone"),
        ("0h", "give a count of at least 1, as in '2h', or 'h' alone"),
        ("nonsense", "use for example 'h'"),
        ("P1M1D", "use for example 'h'"),
        ("", "use for example 'h'"),
        ("W-FOO", "use for example 'h'"),
        (0, "use 1 for consecutive integers"),
        (-2, "use 1 for consecutive integers"),
    ],
)
def test_unknown_spelling_names_what_is_allowed(spelled: str | int, hint: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        Frequency.parse(spelled)
    assert str(spelled) in caught.value.message
    assert hint in (caught.value.hint or "")
    assert caught.value.problems[0].path == ("freq",)


@pytest.mark.parametrize(
    ("spelled", "seasons"),
    [
        ("MS", (12,)), ("2MS", (6,)), ("QE", (4,)), ("YS", ()), ("W", (52,)), ("2W", (26,)),
        ("D", (7, 365)), ("B", (5, 261)), ("h", (24, 168)), ("2h", (12, 84)),
        ("15min", (96, 672)), ("5min", (12, 288, 2016)), ("min", (60, 1440, 10080)), (1, ()),
    ],
)  # fmt: skip
def test_calendar_suggests_seasons(spelled: str | int, seasons: tuple[int, ...]) -> None:
    assert Frequency.parse(spelled).calendar_seasons() == seasons


def test_frequency_is_a_small_value() -> None:
    freq = Frequency.parse("W-MON")
    assert pickle.loads(pickle.dumps(freq)) == freq
    assert len({freq, Frequency.parse("w-mon")}) == 1
    assert (freq.wire, Frequency.parse(3).wire) == ("W-MON", 3)


@pytest.mark.parametrize(
    "alias",
    [
        "D", "3D", "W-WED", "2W-WED", "B", "2B", "MS", "ME", "BMS", "BME", "2MS", "QS-FEB", "QE-NOV",
        "BQE-DEC", "BQS-JAN", "YS-APR", "YE-JUN", "BYS-JAN", "BYE-DEC", "h", "6h", "15min", "250ms",
        "SME-15",
    ],
)  # fmt: skip
def test_walk_is_that_of_pandas(alias: str) -> None:
    expected = pd.date_range("2019-11-05", periods=40, freq=alias, unit="ns").to_numpy()
    walked = Frequency.parse(alias).walk(expected[0], 40)
    np.testing.assert_array_equal(walked, expected)


def test_walk_keeps_time_of_day_and_day_of_month() -> None:
    walked = Frequency.parse("MS").walk(np.datetime64("2023-12-15T06:30", "ns"), 3)
    np.testing.assert_array_equal(
        walked, stamps("2023-12-15T06:30", "2024-01-15T06:30", "2024-02-15T06:30")
    )


@pytest.mark.parametrize(("alias", "size"), [("YS", 300), ("D", 10**8), ("h", 10**10)])
def test_steps_beyond_the_calendar_are_refused(alias: str, size: int) -> None:
    with pytest.raises(BadStamps, match="1678 to 2261"):
        Frequency.parse(alias).walk(np.datetime64("2024-01-01", "ns"), size)
