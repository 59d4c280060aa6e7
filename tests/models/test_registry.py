"""Models are found by their kind and made by their name."""

import pytest

from models.errors import InvalidParameter, UnknownName
from models.forecasters.base import Forecaster
from models.forecasters.baseline.naive import Naive
from models.registry import ModelSpec, NamedModel, catalog, create, find, named, registered, spec_of


def test_every_model_is_registered_under_its_name_and_kind() -> None:
    for kind in ("forecaster", "detector", "decomposition"):
        models = registered(kind)
        assert list(models) == sorted(models)
        assert all(model.name == name and model.kind == kind for name, model in models.items())
    assert registered("forecaster")["naive"] is Naive


def test_a_model_is_made_by_name_with_its_params() -> None:
    made = create(Forecaster, ModelSpec("sma", {"window": 3}), random_state=7)
    assert (made.name, made.params.window, made.random_state) == ("sma", 3, 7)
    with pytest.raises(InvalidParameter):
        create(Forecaster, ModelSpec("sma", {"window": 0}))


def test_an_unknown_name_is_refused_with_the_nearest_of_its_kind() -> None:
    with pytest.raises(UnknownName) as caught:
        find("detector", "bnad")
    assert caught.value.hint == "did you mean 'band'?"
    with pytest.raises(UnknownName) as caught:
        create(Forecaster, ModelSpec("band"))
    assert caught.value.hint == "band is a detector, no forecaster"
    with pytest.raises(UnknownName) as caught:
        find("detector", "prophet")
    assert (
        caught.value.hint == "prophet is a forecaster: name it in the params of prediction_interval"
    )


def test_a_choice_is_a_name_or_a_name_with_params() -> None:
    assert spec_of("naive") == ModelSpec("naive")
    choice = NamedModel(name="sma", params={"window": 3})
    assert spec_of(choice) == ModelSpec("sma", {"window": 3})


def test_a_hint_names_all_that_can() -> None:
    able = named("forecaster", "exogenous").split(", ")
    assert {"arima", "prophet", "ensemble"} <= set(able)
    assert all(find("forecaster", name).takes_exogenous for name in able)
    assert "ensemble" not in named("forecaster", "exogenous", but="ensemble")


def test_the_catalog_tells_of_every_model() -> None:
    kinds = ("forecaster", "detector", "decomposition")
    assert len(catalog()) == sum(len(registered(kind)) for kind in kinds)
    assert {entry["kind"] for entry in catalog()} == set(kinds)
