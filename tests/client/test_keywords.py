"""The options of the methods are those of the OpenAPI document, for editors and for notebooks."""

import inspect

import pytest
import tidecast

from scripts.client_options import METHODS, PAGE, page


def test_the_options_are_those_of_the_openapi_document() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make client-options`"


@pytest.mark.parametrize("name", METHODS)
def test_a_notebook_sees_every_option_and_what_it_is(name: str) -> None:
    method = getattr(tidecast.Client, name)
    options = inspect.signature(method).parameters
    assert {"freq", "season_length", "tz", "missing", "id_col", "random_state"} <= set(options)
    assert not any(one.kind is one.VAR_KEYWORD for one in options.values())
    assert "season_length: Observations per cycle" in (method.__doc__ or "")
    assert "target_col: " in (method.__doc__ or "")
