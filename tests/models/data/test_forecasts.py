import numpy as np

from models.data.forecasts import Forecasts
from models.data.results import Forecast, Interval, ModelInfo, Outcome
from models.data.series import Notice
from models.errors import SeriesTooShort


def three() -> list[Outcome[Forecast]]:
    band = Interval(np.array([0.0, 1.0]), np.array([2.0, 3.0]))
    plain = Forecast(np.array([1.0, 2.0]), {80.0: band}, "parametric")
    told = Forecast(np.array([3.0, 4.0]), {}, "none", fitted=np.array([9.0]))
    error = SeriesTooShort("too short", "send more")
    notice = Notice("constant_series", "all equal")
    return [
        Outcome("a", plain, ModelInfo("m", "M"), fit_ms=1.5),
        Outcome("b", error=error, notices=(notice,)),
        Outcome("c", told, notices=(notice,), device="cuda:0"),
    ]


def assert_same(found: Outcome[Forecast], sent: Outcome[Forecast]) -> None:
    for name in ("unique_id", "model", "error", "notices", "fit_ms", "device"):
        assert getattr(found, name) == getattr(sent, name)
    assert (found.result is None) == (sent.result is None)
    if found.result is not None and sent.result is not None:
        assert found.result.mean.tolist() == sent.result.mean.tolist()
        assert found.result.interval_method == sent.result.interval_method
        assert (found.result.fitted is None) == (sent.result.fitted is None)
        for level, band in sent.result.bands.items():
            assert found.result.bands[level].lower.tolist() == band.lower.tolist()
            assert found.result.bands[level].upper.tolist() == band.upper.tolist()


def test_an_outcome_comes_out_as_it_went_in() -> None:
    for found, sent in zip(Forecasts.of(three(), 2), three(), strict=True):
        assert_same(
            found,
            Outcome(sent.unique_id, error=found.error, notices=sent.notices)
            if sent.error is not None
            else sent,
        )


def test_groups_are_put_in_order() -> None:
    first, second, third = three()
    groups = [
        (np.array([2, 0]), Forecasts.of([third, first], 2)),
        (np.array([1]), Forecasts.of([second], 2)),
    ]
    found = Forecasts.in_order(groups, 2)
    assert [one.unique_id for one in found] == ["a", "b", "c"]
    assert [*found.errors] == [1]
    assert [*found.notices] == [1, 2]
    assert [*found.whole] == [2]
    assert_same(found[0], first)
    assert_same(found[2], third)
    assert np.isnan(found.bands[80.0].lower[1:]).all()


def test_no_series_are_forecasts_too() -> None:
    assert len(Forecasts.in_order([], 2)) == 0
    assert len(Forecasts.of(three(), 2)[:0]) == 0
