"""The console has a field for every option of the API, and sends what stands in it."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.services.endpoint import declared
from tests.e2e.conftest import is_run

pytestmark = pytest.mark.browser

CHOOSERS = {
    "forecast": {"model", "params"},
    "detect": {"detector", "params"},
    "backtest": {"model", "models", "params"},
    "decompose": {"method", "params"},
    "judge": {"detectors"},
}
"""What the choice of a model and its settings sends."""
DATA = {"y", "unique_id", "ds", "start", "series", "future"}
AROUND = "xpath=ancestor::*[contains(concat(' ', @class, ' '), ' field ')][1]"


def open_options(page: Page, task: str) -> None:
    page.get_by_label("Example").select_option("bike_rentals_hourly.csv")
    expect(page.locator("#run")).to_be_enabled()  # the fields have what suits the file
    page.locator(f"#tasks-{task}").click()
    page.locator("#more-options > details > summary").click()


def field(page: Page, name: str) -> Any:
    return page.locator(f":is(#options, #more-options) [name={name}]").first


def run(page: Page) -> tuple[dict[str, Any], dict[str, Any]]:
    """The body that was sent and the answer."""
    with page.expect_response(is_run) as response:
        page.locator("#run").click()
    expect(page.locator("#run")).not_to_have_class("primary busy")
    answer = response.value.json()
    assert response.value.status == 200, answer
    return json.loads(response.value.request.post_data or ""), answer


def options_of(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The options of every task that takes series, as the OpenAPI document has them: by task, then by name."""
    found: dict[str, dict[str, Any]] = {}
    for path, methods in document["paths"].items():
        content = methods.get("post", {}).get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        for body in [resolved(one, document) for one in schema.get("anyOf", [schema])]:
            options = body.get("properties", {})
            if "on_error" not in options:
                continue
            task = "judge" if "detectors" in options else path.rsplit("/", 1)[1]
            told = {n: one for n, one in options.items() if "x-alias-of" not in one}
            found[task] = found.get(task, {}) | {n: told[n] for n in told.keys() - DATA}
    return found


def resolved(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rsplit("/", 1)[-1]
    return document["components"]["schemas"][name] if name else schema


TASKS = [*(endpoint.name for endpoint in declared()), "judge"]


@pytest.mark.parametrize("task", TASKS)
def test_every_option_has_a_field_with_the_words_of_the_api(page: Page, task: str) -> None:
    every = options_of(page.request.get("/openapi.json").json())
    assert set(every) == set(TASKS)
    open_options(page, task)
    offered = every[task].keys() - CHOOSERS.get(task, set())
    assert {"tz", "resample", "bounds", "on_error", "random_state"} <= offered
    assert len(offered) > 12
    for name in offered:
        one = field(page, name).locator(AROUND)
        expect(one).to_be_visible()
        title = every[task][name].get("title", "")
        assert title
        expect(one.locator("label, .label").first).to_have_text(title)
        assert (one.locator(".help").first.text_content() or "")[:20]


PARAMS = {"forecast": "forecasters", "detect": "detectors", "decompose": "decompositions"}


@pytest.mark.parametrize("task", PARAMS)
def test_every_setting_of_every_model_has_a_field(page: Page, task: str) -> None:
    open_options(page, task)
    chooser = page.locator("#chooser select").first
    for entry in page.request.get("/v1/catalog").json()[PARAMS[task]]:
        chooser.select_option(entry["name"])
        shown = page.locator(":is(#params, #options, #more-options) [name]")
        names = set(shown.evaluate_all("(all) => all.map((one) => one.getAttribute('name'))"))
        assert entry["params"]["properties"].keys() <= names, entry["name"]


@pytest.mark.parametrize("task", ["forecast", "detect", "decompose", "profile", "changepoints"])
def test_what_is_left_as_it_is_is_not_sent(page: Page, task: str) -> None:
    """What a form shows at first is what the server takes if nothing is sent."""
    page.get_by_label("Example").select_option("airpassengers.csv")
    page.locator(f"#tasks-{task}").click()
    expect(field(page, "season_length")).to_be_visible()
    sent, _ = run(page)
    assert set(sent) - {"series", "h"} == CHOOSERS.get(task, {"params"}) - {"params"}


def test_options_that_are_not_as_usual_reach_the_server(page: Page) -> None:
    open_options(page, "forecast")
    page.get_by_label("Forecaster", exact=True).select_option("naive")
    field(page, "h").fill("2")
    field(page, "quantiles").fill("0.1, 0.5, 0.9")
    field(page, "tz").fill("Europe/Berlin")
    group = page.locator("[name=resample]")
    group.locator("[name=freq]").fill("D")
    group.locator("[name=agg]").select_option(label="sum")
    page.locator("[name=bounds] [name=lower]").fill("0")
    field(page, "on_error").select_option(label="fallback")
    field(page, "fallback_model").select_option(label="mean")
    field(page, "random_state").fill("7")
    field(page, "timeout_s").fill("200")
    page.get_by_label("Transform").select_option("log1p")
    page.get_by_label("Transform").select_option("difference")
    page.locator(".chosen summary", has_text="difference").click()
    page.locator(".chosen [name=lag]").fill("7")
    sent, answer = run(page)
    expected = {
        "h": 2,
        "model": "naive",
        "quantiles": [0.1, 0.5, 0.9],
        "tz": "Europe/Berlin",
        "resample": {"freq": "D", "agg": "sum"},
        "bounds": {"lower": 0},
        "on_error": "fallback",
        "fallback_model": "mean",
        "random_state": 7,
        "timeout_s": 200,
        "transform": ["log1p", {"name": "difference", "lag": 7}],
    }
    assert {name: value for name, value in sent.items() if name != "series"} == expected
    assert answer["random_state"] == 7
    expect(page.locator("#legend")).to_contain_text("0.1 to 0.9")


def test_several_models_are_forecast_at_once_over_their_fitted_values(page: Page) -> None:
    open_options(page, "forecast")
    field(page, "h").fill("3")
    for name in ("naive", "drift"):
        page.get_by_label("Models", exact=True).select_option(name)
    field(page, "add_history").check()
    forecaster = page.get_by_label("Forecaster", exact=True)
    expect(forecaster).to_be_disabled()
    expect(page.locator("#chooser")).to_contain_text("The models under More options are taken")
    sent, answer = run(page)
    assert (sent["models"], "model" in sent) == (["naive", "drift"], False)
    assert answer["forecast"]["is_history"].count(False) == 3
    expect(page.locator("#legend li")).to_have_text(["Series", "Naive", "Drift"])
    heads = page.locator("#view-list thead th").all_inner_texts()
    assert heads[:3] == ["Time", "Naive", "Naive, 80 % low"]
    page.locator(".chosen .remove").first.click()
    page.locator(".chosen .remove").first.click()
    expect(forecaster).to_be_enabled()
    sent, _ = run(page)
    assert (sent["model"], "models" in sent) == ("auto", False)


def test_a_refusal_is_said_at_the_field_within_a_group(page: Page) -> None:
    open_options(page, "detect")
    for side, value in (("lower", "3"), ("upper", "1")):
        page.locator(f"[name=data_range] [name={side}]").fill(value)
    page.locator("#run").click()
    group = page.locator("[name=data_range]").locator(AROUND)
    expect(group.locator(".problem")).to_be_visible()


def test_the_parts_of_a_forecast_are_drawn_below_it(page: Page) -> None:
    open_options(page, "forecast")
    page.locator("#chooser select").first.select_option("stl")
    field(page, "parts").check()
    _, answer = run(page)
    told = answer["parts"]
    assert set(told["column"]) == {"yhat"}
    parts = [name for name in told if name not in ("unique_id", "ds", "column")]
    assert parts[0] == "trend"
    assert len(parts) > 1
    titles = page.locator("#plot .panel-title")
    expect(titles).to_have_count(1 + len(parts))
    expect(titles.nth(0)).to_have_text("Forecast")
    expect(titles.nth(1)).to_have_text("Trend")
    expect(titles.nth(2)).to_have_text(re.compile("Season"))
    sums = [sum(values) for values in zip(*(told[name] for name in parts), strict=True)]
    assert sums == pytest.approx(answer["forecast"]["yhat"])


def test_a_model_without_parts_says_so_and_the_forecast_is_drawn_as_ever(page: Page) -> None:
    open_options(page, "forecast")
    page.locator("#chooser select").first.select_option("naive")
    field(page, "parts").check()
    _, answer = run(page)
    assert [one["code"] for one in answer["warnings"]] == ["parts_unknown"]
    expect(page.locator("#plot .panel")).to_have_count(1)


def test_what_a_model_takes_and_rests_on_is_behind_a_sign(page: Page) -> None:
    about = page.locator("#chooser details.reference")
    expect(about.locator("summary")).to_have_text("i")
    expect(about.locator(".chips")).to_be_hidden()
    about.locator("summary").click()
    expect(about.locator(".chips")).to_contain_text("exogenous")
    expect(about).to_contain_text("Bates & Granger")
