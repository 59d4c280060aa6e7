import logging
from collections.abc import Callable, Iterator

import pytest

from app.failures import NothingWorked
from app.http import problems as errors
from models.errors import (
    BudgetExceeded,
    NoObservations,
    SeriesError,
    SeriesTooShort,
    TidecastError,
    WorkerLost,
)
from tests.app.helpers import Api, Refusal


def tree(kind: type[TidecastError] = TidecastError) -> Iterator[type[TidecastError]]:
    for child in kind.__subclasses__():
        yield child
        yield from tree(child)


BRANCHES = {"ServiceError"}
"""Bases that are never raised themselves."""


def test_every_error_has_a_status_and_a_code_of_its_own() -> None:
    kinds = [k for k in tree() if k.__name__ not in BRANCHES]
    assert len(kinds) > 15
    codes = []
    for kind in kinds:
        status, title, code = errors.kind_of(kind("message"))
        assert 400 <= status < 600
        assert title
        codes.append(code)
    own = [code for kind, code in zip(kinds, codes, strict=True) if kind is not NothingWorked]
    assert len(set(own)) == len(own)


@pytest.mark.parametrize(
    ("failures", "status"),
    [
        ([NoObservations("a"), SeriesTooShort("b")], 422),
        ([BudgetExceeded("a"), BudgetExceeded("b")], 504),
        ([BudgetExceeded("a"), SeriesTooShort("b")], 422),
        ([WorkerLost("a")], 503),
    ],
)
def test_if_nothing_worked_the_reason_decides(failures: list[SeriesError], status: int) -> None:
    error = NothingWorked.because(failures)
    assert errors.kind_of(error).status == status
    assert errors.kind_of(error).code == failures[0].code
    assert len(error.problems) == len(failures)


def test_pointers_are_escaped() -> None:
    assert errors.pointer(("a/b", 3, "c~d")) == "/a~1b/3/c~0d"
    assert errors.pointer(()) is None


def test_what_nobody_foresaw_is_logged_and_opaque(
    make_api: Callable[..., Api], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("app.services.endpoint.validate", broken)
    with caplog.at_level(logging.ERROR):
        response = make_api().post("/v1/forecast", {"y": [1], "h": 1})
    refusal = Refusal(response)
    assert (refusal.status, refusal.code, refusal.errors) == (500, "internal_error", [])
    assert "secret" not in response.text
    assert "Traceback" not in response.text
    [record] = [r for r in caplog.records if r.exc_info]
    assert "secret detail" in str(record.exc_info and record.exc_info[1])


def test_long_lists_of_failures_are_cut() -> None:
    many = NothingWorked.because([NoObservations(str(i)) for i in range(5000)])
    response = errors.of_error(many, "/v1/forecast")
    assert response.body.count(b'"pointer"') == errors.MOST_PROBLEMS
    assert b"4999 more" in response.body
