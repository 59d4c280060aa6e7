"""A network is trained in the console: its progress moves, and its curves and doubts are drawn."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import complaints, finished, is_run, panel_pixels
from tests.waiting import until

pytestmark = pytest.mark.browser

TRAINED_MS = 600_000
"""A training takes seconds; torch alone takes a minute to load where thirty processes share two cores."""

# Notes every value that the bar of the progress has from now on.
WATCH = """() => {
  window.seen = [];
  const bar = document.getElementById("progress");
  new MutationObserver(() => bar.hidden || window.seen.push(bar.value)).observe(bar, { attributes: true });
}"""


def choose_an_lstm(page: Page, epochs: int) -> None:
    page.get_by_label("Example").select_option("bike_rentals_hourly.csv")
    page.get_by_label("Forecaster", exact=True).select_option("lstm")
    page.locator("#params summary").first.click()
    page.locator("#params [name=highway]").uncheck()  # else little is left for it to learn
    for name in ("epochs", "patience"):
        page.locator(f"#params [name={name}]").fill(str(epochs))


def test_a_training_shows_its_progress_until_it_is_cancelled(page: Page) -> None:
    choose_an_lstm(page, 10_000)  # more than any machine ends before it was asked how far it is
    page.evaluate(WATCH)
    page.locator("#run").click()
    expect(page.locator("#status")).to_have_text(
        re.compile(
            r"Running … \d+ s epoch \d+, loss [\d.]+, validation loss [\d.]+, at most \d+ s left"
        ),
        timeout=TRAINED_MS,
    )
    until(lambda: len({*page.evaluate("window.seen")}) > 2, "moving")
    assert complaints(page) == []
    page.locator("#cancel").click()
    expect(page.locator("#status")).to_have_text("Cancelled.")
    expect(page.locator("#progress")).to_be_hidden()
    seen = page.evaluate("window.seen")
    assert seen == sorted(seen)


def test_an_lstm_shows_its_losses_and_the_parts_of_its_uncertainty(page: Page) -> None:
    choose_an_lstm(page, 120)
    page.locator("#more-options > details > summary").click()
    page.locator(":is(#options, #more-options) [name=interval_method]").select_option("mc_dropout")
    with page.expect_response(is_run, timeout=TRAINED_MS) as response:
        page.locator("#run").click()
    finished(page)
    expect(page.locator("#progress")).to_be_hidden()

    answer = json.loads(response.value.body())
    told = answer["series"][0]["model"]["details"]
    page.get_by_role("tab", name="Training").click()
    panel = page.locator("#view-training")
    expect(panel.locator(".verdict")).to_have_text(re.compile(re.escape(told["why"]), re.I))
    expect(panel.locator(".legend li")).to_have_count(2 + bool(told["best_epoch"]))
    curves = ("model-1", "model-2")
    until(
        lambda: all(panel_pixels(page, one, ".plot.losses")[0] > 100 for one in curves), "drawing"
    )
    parts = told["uncertainty"]
    assert min(parts.values()) > 0
    whole = sum(one**2 for one in parts.values())
    shares = [
        f"{round(100 * parts[name] ** 2 / whole)} %"
        for name in ("model", "misspecification", "noise")
    ]
    expect(panel.locator(".strength .figure")).to_have_text(shares)
    assert complaints(page) == []


def test_a_detector_shows_how_its_network_learned(page: Page) -> None:
    page.get_by_label("Example").select_option("spiky_hourly.csv")
    page.locator("#tasks-detect").click()
    page.locator("#chooser select").first.select_option("autoencoder")
    with page.expect_response(is_run, timeout=TRAINED_MS):
        page.locator("#run").click()
    finished(page)
    page.get_by_role("tab", name="Training").click()
    expect(page.locator("#view-training .verdict")).to_have_text(re.compile("held-back part"))
    expect(page.locator("#view-training .plot canvas")).to_have_count(1)
    assert complaints(page) == []


def test_other_models_have_no_training_to_show(page: Page) -> None:
    page.get_by_label("Example").select_option("airpassengers.csv")
    page.get_by_label("Forecaster", exact=True).select_option("naive")
    page.locator("#run").click()
    finished(page)
    expect(page.get_by_role("tab", name="Training")).to_have_count(0)
