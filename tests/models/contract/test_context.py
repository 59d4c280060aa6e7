from time import monotonic

import pytest

from models.contract.context import QUIET, Context
from models.errors import BudgetExceeded, Cancelled


def test_nobody_is_in_a_hurry_by_default() -> None:
    QUIET.check()
    QUIET.report(0.5, loss=1.0)
    assert QUIET.remaining() is None


def test_it_says_when_time_is_up() -> None:
    with pytest.raises(BudgetExceeded):
        Context(deadline=monotonic() - 1.0).check()


def test_it_says_when_nobody_waits() -> None:
    with pytest.raises(Cancelled):
        Context(is_cancelled=lambda: True).check()


def test_what_is_reported_arrives() -> None:
    heard: list[object] = []
    Context(reported=lambda share, facts: heard.append((share, facts))).report(0.25, epoch=3.0)
    assert heard == [(0.25, {"epoch": 3.0})]


def test_a_part_reports_as_its_share_of_the_whole() -> None:
    heard: list[object] = []
    whole = Context(reported=lambda share, facts: heard.append((share, facts)))
    whole.part(0.5, 0.2).report(0.25, epoch=3.0)
    assert heard == [(pytest.approx(0.55), {"epoch": 3.0})]


def test_a_share_of_the_time_is_counted_from_now(monkeypatch: pytest.MonkeyPatch) -> None:
    assert QUIET.until(0.5) is QUIET
    assert not QUIET.is_late
    monkeypatch.setattr("models.contract.context.monotonic", lambda: 1000.0)
    assert Context(deadline=1100.0).until(0.25).remaining() == 25.0
    assert Context(deadline=1000.0).is_late
