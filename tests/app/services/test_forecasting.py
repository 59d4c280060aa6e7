"""A request of many series is done in arrays: no object is made for each of them."""

from collections import Counter
from typing import Any

import numpy as np
import orjson
import pytest

from app.codecs.json.codec import CODEC
from app.engine.local.engine import LocalEngine
from app.services.forecasting import ENDPOINT
from app.services.request import Clock, SeriesRequest
from app.services.workbench import Workbench
from app.settings import Settings
from models.data.results import Forecast, Interval, Outcome
from models.data.series import Series

SETTINGS = Settings()
COUNTED = (Series, Outcome, Forecast, Interval)


def answered(body: dict[str, Any]) -> dict[str, Any]:
    """Answer a request whose work is done at once, in this process."""
    content = CODEC.decode(orjson.dumps(body), (), SETTINGS)
    bench = Workbench(LocalEngine(1), SETTINGS)
    answer = CODEC.encode(ENDPOINT.answered(bench, SeriesRequest(content, "r", Clock())))
    return orjson.loads(answer)  # type: ignore[no-any-return]


def body(count: int, **options: Any) -> dict[str, Any]:
    y = np.random.default_rng(0).normal(50.0, 1.0, (count, 30)).tolist()
    series = [{"unique_id": f"s{row}", "y": values} for row, values in enumerate(y)]
    return {"series": series, "h": 3, "level": [80, 95], "season_length": 6, **options}


def made(monkeypatch: pytest.MonkeyPatch, sent: dict[str, Any]) -> Counter[str]:
    """Count the objects that are made for an answer."""
    counts: Counter[str] = Counter()
    with monkeypatch.context() as patch:
        for kind in COUNTED:
            own = kind.__init__

            def counted(self: Any, *args: Any, own: Any = own, **kwargs: Any) -> None:
                counts[type(self).__name__] += 1
                own(self, *args, **kwargs)

            patch.setattr(kind, "__init__", counted)
        answered(sent)
    return counts


@pytest.mark.parametrize(
    "model",
    [
        {"model": "sma"},
        {"model": "ewma"},
        {"model": "seasonal_naive"},
        {"models": ["naive", "drift"]},
        {"model": "sma", "quantiles": [0.1, 0.5], "level": None},
    ],
)
def test_no_object_is_made_for_each_of_many_series(
    monkeypatch: pytest.MonkeyPatch, model: dict[str, Any]
) -> None:
    few, many = (made(monkeypatch, body(count, **model)) for count in (4, 40))
    assert few == many


def test_a_series_is_answered_among_others_as_alone() -> None:
    odd = [
        {"unique_id": "constant", "y": [5.0] * 30},
        {"unique_id": "short", "y": [1.0, 2.0]},
        {"unique_id": "huge", "y": [1e99, -1e99] * 15},
        {"unique_id": "long", "y": [*range(45)]},
    ]
    sent = body(3, model="sma", add_history=False)
    sent["series"] = [odd[0], *sent["series"], *odd[1:]]
    together = answered(sent)["forecast"]
    for one in sent["series"]:
        if one["unique_id"] == "short":
            assert "short" not in together["unique_id"]
            continue
        rows = [row for row, name in enumerate(together["unique_id"]) if name == one["unique_id"]]
        alone = answered({**sent, "series": [one]})["forecast"]
        assert {name: [column[row] for row in rows] for name, column in together.items()} == alone
