"""A network is trained in the console: its progress moves, and its curves and doubts are drawn."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import finished, is_run

pytestmark = pytest.mark.browser

# Notes every value that the bar of the progress has from now on.
WATCH = """() => {
  window.seen = [];
  const bar = document.getElementById("progress");
  new MutationObserver(() => bar.hidden || window.seen.push(bar.value)).observe(bar, { attributes: true });
}"""
# Counts the pixels of a colour (a CSS variable) in the chart of the losses.
PIXELS = """(name) => {
  const plot = document.querySelector(".plot.losses");
  const pen = new OffscreenCanvas(1, 1).getContext("2d");
  pen.fillStyle = getComputedStyle(plot).getPropertyValue(name);
  pen.fillRect(0, 0, 1, 1);
  const wanted = pen.getImageData(0, 0, 1, 1).data;
  const canvas = plot.querySelector("canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let found = 0;
  for (let i = 0; i < data.length; i += 4)
    if ([0, 1, 2].every((c) => Math.abs(data[i + c] - wanted[c]) <= 6) && data[i + 3] > 250) found += 1;
  return found;
}"""


def test_an_lstm_shows_its_progress_its_losses_and_the_parts_of_its_uncertainty(page: Page) -> None:
    page.get_by_label("Example").select_option("bike_rentals_hourly.csv")
    page.get_by_label("Forecaster", exact=True).select_option("lstm")
    page.locator("#params summary").first.click()
    page.locator("#params [name=highway]").uncheck()  # else little is left for it to learn
    for name in ("epochs", "patience"):  # enough to be seen on a fast machine
        page.locator(f"#params [name={name}]").fill("120")
    page.locator("#more-options > details > summary").click()
    page.locator(":is(#options, #more-options) [name=interval_method]").select_option("mc_dropout")
    page.evaluate(WATCH)
    with page.expect_response(is_run) as response:
        page.locator("#run").click()
        expect(page.locator("#status")).to_have_text(
            re.compile(
                r"Running … \d+ s epoch \d+, loss [\d.]+, held back [\d.]+, at most \d+ s left"
            )
        )
    finished(page)
    seen = page.evaluate("window.seen")
    assert len(set(seen)) > 2
    assert seen == sorted(seen)
    expect(page.locator("#progress")).to_be_hidden()

    answer = json.loads(response.value.body())
    told = answer["series"][0]["model"]["details"]
    page.get_by_role("tab", name="Training").click()
    panel = page.locator("#view-training")
    expect(panel.locator(".verdict")).to_have_text(re.compile(re.escape(told["why"]), re.I))
    expect(panel.locator(".legend li")).to_have_count(2 + bool(told["best_epoch"]))
    for colour in ("--plot-model-1", "--plot-model-2"):
        page.wait_for_function(f"({PIXELS})('{colour}') > 100")
    parts = told["uncertainty"]
    assert min(parts.values()) > 0
    whole = sum(one**2 for one in parts.values())
    shares = [
        f"{round(100 * parts[name] ** 2 / whole)} %"
        for name in ("model", "misspecification", "noise")
    ]
    expect(panel.locator(".strength .figure")).to_have_text(shares)


def test_other_models_have_no_training_to_show(page: Page) -> None:
    page.get_by_label("Example").select_option("airpassengers.csv")
    page.get_by_label("Forecaster", exact=True).select_option("naive")
    page.locator("#run").click()
    finished(page)
    expect(page.get_by_role("tab", name="Training")).to_have_count(0)
