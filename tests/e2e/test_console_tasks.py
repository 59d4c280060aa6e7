"""Backtests, decompositions, profiles and changes in the console: what is drawn and said, against the service."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import panel_pixels
from tests.e2e.test_console import EXAMPLES, pixels, post, run, upload
from tests.waiting import until

pytestmark = pytest.mark.browser


@pytest.fixture
def console(page: Page) -> Iterator[Page]:
    """A page that must neither complain nor ask anything of other servers."""
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/")
    yield page
    # Reading pixels, and refusals that a test asks for, leave their notes.
    assert [text for text in said if not text.startswith("Canvas2D") and " 422 " not in text] == []
    own = urlsplit(page.url).netloc
    assert [url for url in asked if urlsplit(url).netloc != own and url[:5] != "blob:"] == []


def open_task(page: Page, task: str, example: str = "airpassengers.csv") -> None:
    page.get_by_label("Example").select_option(example)
    page.locator(f"#tasks-{task}").click()


def answer_of(page: Page, url: str, path: str, **options: Any) -> dict[str, Any]:
    """The service's own answer for the airline passengers."""
    rows = list(csv.DictReader(io.StringIO((EXAMPLES / "airpassengers.csv").read_text())))
    series = {"ds": [row["ds"] for row in rows], "y": [float(row["y"]) for row in rows]}
    answer: dict[str, Any] = post(f"{url}{path}", json.dumps({"series": series, **options}))
    return answer


def downloaded(page: Page, button: str) -> tuple[str, list[dict[str, str]]]:
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    text = download.value.path().read_text()
    return download.value.suggested_filename, list(csv.DictReader(io.StringIO(text)))


def facts(place: Locator) -> dict[str, str]:
    names, values = place.locator("dt").all_inner_texts(), place.locator("dd").all_inner_texts()
    return dict(zip(names, values, strict=True))


# --- backtest ------------------------------------------------------------------


def test_models_are_compared_and_the_winner_is_marked(console: Page, server_url: str) -> None:
    page = console
    open_task(page, "backtest")
    run(page)
    names = ["auto", "ets", "theta", "seasonal_naive"]
    answer = answer_of(page, server_url, "/v1/backtest", h=12, models=names)
    ranked = [entry["model"] for entry in answer["ranking"]]

    rows = page.locator("#view-list tbody tr")
    expect(rows).to_have_count(4)
    assert [row.get_attribute("data-model") for row in rows.all()] == ranked
    expect(rows.first).to_have_class("winner")
    expect(rows.first.locator("th")).to_contain_text("★ Winner")
    expect(page.locator("#view-list tr.winner, #view-list .badge")).to_have_count(2)
    title = "Automatic" if answer["winner"] == "auto" else answer["winner"]
    expect(page.locator("#status")).to_contain_text(f"Winner: {title}", ignore_case=True)
    scores = answer["scores"]
    for row, model in zip(rows.all(), ranked, strict=True):
        at = len(names) + scores["model"][len(names) :].index(model)  # the rows over all series
        cells = row.locator("td").all_inner_texts()
        assert cells[0] == str(scores["rank"][at])
        assert cells[1] == f"{scores['mase'][at]:.3f}"
        assert f"{100 * scores['coverage_80'][at]:.1f} %" in cells[4]
        assert f"{100 * scores['coverage_95'][at]:.1f} %" in cells[5]

    # The plot begins at 1952; the first of three cutoffs lies at 0.66 of its width.
    colours = [f"--plot-model-{number}" for number in range(1, 5)]
    for colour in colours:
        before, after = pixels(page, colour, 0.65)
        assert before == 0
        assert after > 100
    toggles = page.locator("#legend button")
    assert [text.splitlines()[0] for text in toggles.all_inner_texts()] == [
        "Automatic",
        "ETS",
        "Theta",
        "Seasonal naive",
    ]
    toggles.first.click()
    expect(toggles.first).to_have_attribute("aria-pressed", "false")
    expect(toggles.first).to_be_focused()
    assert pixels(page, colours[0], 0)[1] == 0
    assert pixels(page, colours[1], 0)[1] > 100
    toggles.nth(2).click()
    expect(page.locator("#legend")).not_to_contain_text("95 %")
    toggles.nth(3).click()
    expect(page.locator("#legend")).to_contain_text("95 %")

    name, table = downloaded(page, "Download CSV")
    assert name == "airpassengers-backtest.csv"
    assert sorted({row["cutoff"] for row in table}) == ["1957-12-01", "1958-12-01", "1959-12-01"]
    assert [float(row["yhat_ets"]) for row in table] == answer["forecast"]["yhat_ets"]
    name, table = downloaded(page, "Scores CSV")
    assert name == "airpassengers-backtest-scores.csv"
    assert [row["model"] for row in table] == names * 2
    assert [row["unique_id"] for row in table][4:] == [""] * 4


def test_several_series_have_scores_each_and_windows_may_overlap(console: Page) -> None:
    page = console
    steps = "".join(f"up,{day},{day % 7 + day}\n" for day in range(60))
    level = "".join(f"flat,{day},{50 + day % 2}\n" for day in range(60))
    upload(page, "two.csv", f"unique_id,ds,y\n{steps}{level}")
    page.locator("#tasks-backtest").click()
    for name in ("Automatic", "ETS", "Theta", "Seasonal naive"):
        page.get_by_role("button", name=f"Remove {name}", exact=True).click()
    for name in ("mean", "drift", "sma"):
        page.get_by_label("Models", exact=True).select_option(name)
    page.get_by_label("Horizon").fill("5")
    page.get_by_label("Windows").fill("6")
    page.get_by_label("Rank by").select_option("mae")
    page.locator("#more-options > details > summary").click()
    page.get_by_label("Step size").fill("1")
    settings = page.locator(".chosen li", has_text="Moving average")
    settings.locator("summary").click()
    settings.get_by_label("Window", exact=True).fill("0")
    run(page)
    expect(settings.locator(".problem")).to_contain_text("Window must be")
    settings.get_by_label("Window", exact=True).fill("2")
    run(page)

    expect(page.locator("#view-list thead").first).to_contain_text("MAE ↑")
    rows = page.locator("#view-list tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.first).to_have_attribute("data-model", "drift")
    expect(page.locator("#view-list .help")).to_contain_text("2 series, 6 cutoffs")
    page.get_by_text("Scores of each series").click()
    each = page.locator("#view-list details tbody tr")
    expect(each).to_have_count(6)
    expect(each.first.locator("th")).to_have_text("up")
    expect(page.locator("#view-list details tr.winner")).to_have_count(2)
    page.locator("#plot").press("ArrowLeft")
    expect(page.locator("#readout")).to_contain_text("Drift")
    page.get_by_label("Series", exact=True).last.select_option("flat")
    assert pixels(page, "--plot-model-3", 0)[1] > 50


def test_a_model_that_failed_on_a_series_is_ranked_on_the_others(console: Page) -> None:
    page = console
    long = "".join(f"long,{day},{day % 7 + day}\n" for day in range(60))
    short = "".join(f"short,{day},{3 * day}\n" for day in range(14))
    upload(page, "two.csv", f"unique_id,ds,y\n{long}{short}")
    page.locator("#tasks-backtest").click()
    for name in ("Automatic", "ETS", "Theta", "Seasonal naive"):
        page.get_by_role("button", name=f"Remove {name}", exact=True).click()
    run(page)
    expect(page.locator(".complaint .problem")).to_contain_text("no model is chosen")
    for name in ("drift", "holt_winters"):
        page.get_by_label("Models", exact=True).select_option(name)
    page.get_by_label("Horizon").fill("3")
    page.locator("[name=season_length]").fill("7")
    run(page)

    expect(page.locator("#run-problems")).to_contain_text("short: Holt-Winters")
    rows = page.locator("#view-list tbody tr")
    assert [row.get_attribute("data-model") for row in rows.all()] == ["holt_winters", "drift"]
    # Drift is without an error on the short series, but what ranks is over the long one alone.
    scores = [float(row.locator("td").nth(1).inner_text()) for row in rows.all()]
    assert scores == sorted(scores)
    expect(page.locator("#view-list .help")).to_contain_text("over 1 series, 3 cutoffs")
    page.get_by_label("Series", exact=True).last.select_option("short")
    assert pixels(page, "--plot-model-1", 0)[1] > 50
    assert pixels(page, "--plot-model-2", 0)[1] == 0


# --- decompose -----------------------------------------------------------------


def test_parts_are_drawn_in_panels_that_zoom_together(console: Page, server_url: str) -> None:
    page = console
    open_task(page, "decompose")
    run(page)
    answer = answer_of(page, server_url, "/v1/decompose")["decomposition"]

    titles = page.locator("#plot .panel-title")
    expect(titles).to_have_text(["Observed", "Trend", "Season of 12", "Residual"])
    expect(page.locator("#legend")).to_contain_text("observed = trend + season of 12 + residual")
    colours = ["series", "forecast", "model-2", "model-8"]
    for number, colour in enumerate(colours):
        found = panel_pixels(page, colour)
        assert [place for place, count in enumerate(found) if count > 100] == [number]
    lefts = page.evaluate("""() => [...document.querySelectorAll("#plot .u-over")]
      .map((over) => Math.round(over.getBoundingClientRect().left))""")
    assert len(set(lefts)) == 1
    first = page.locator("#view-list tbody tr").first.locator("td").all_inner_texts()
    parts = ["y", "trend", "seasonal", "residual"]
    assert first == [f"{answer[name][0]:.2f}".replace("-", "−") for name in parts]

    # The residual's panel is zoomed to a part without the greatest season; the others follow.
    peak = panel_pixels(page, "model-2")[2]
    box = page.locator("#plot .u-over").last.bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.1 * box["width"], box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 20, steps=3)
    page.mouse.up()
    expect(page.get_by_role("button", name="Show all")).to_be_enabled()
    until(lambda: panel_pixels(page, "model-2")[2] < peak, "zooming")
    told = page.locator("#plot .tooltip .what").all_inner_texts()
    assert told[1:] == ["Observed", "Trend", "Season of 12", "Residual"]

    name, table = downloaded(page, "Download CSV")
    assert name == "airpassengers-decompose.csv"
    assert [float(row["trend"]) for row in table] == answer["trend"]


def test_a_method_has_its_settings_and_its_parts(console: Page) -> None:
    page = console
    open_task(page, "decompose")
    page.get_by_label("Decomposition", exact=True).select_option("classical")
    page.locator("#params .folded > summary").click()
    page.locator("[name=model]").select_option(label="multiplicative")
    run(page)
    expect(page.locator("#legend")).to_contain_text("trend × season of 12 × residual")
    page.get_by_label("Decomposition", exact=True).select_option("hp")
    run(page)
    expect(page.locator("#plot .panel-title")).to_have_text(["Observed", "Trend", "Cycle"])


# --- profile -------------------------------------------------------------------


def test_a_profile_is_a_card_whose_suggestions_can_be_taken(console: Page, server_url: str) -> None:
    page = console
    open_task(page, "profile")
    run(page)
    answer = answer_of(page, server_url, "/v1/profile")["series"][0]["profile"]

    card = page.locator(".profile")
    told = facts(card)
    assert told["Frequency"] == "monthly (MS)"
    assert (told["Length"], told["Gaps"], told["Duplicates"]) == ("144", "0", "0")
    assert told["Constant"] == "no"
    assert told["Seasons by F test"] == "12"
    assert told["Seasons by spectrum"].startswith("12 (")
    assert told["KPSS around a level"] == "not stationary, p ≤ 0.01"
    strengths = card.locator(".strength")
    wanted = [answer["strengths"]["trend"], answer["strengths"]["seasons"][0]["strength"]]
    assert strengths.locator(".figure").all_inner_texts() == [f"{value:.2f}" for value in wanted]
    widths = strengths.locator("i").evaluate_all(
        "(bars) => bars.map((bar) => bar.offsetWidth / bar.parentNode.offsetWidth)"
    )
    assert widths == pytest.approx(wanted, abs=0.02)
    expect(card).to_contain_text(answer["stationarity"]["reading"].partition(": ")[2])
    expect(card).to_contain_text("not noise")
    expect(card).to_contain_text(answer["holt_winters"]["reason"])

    suggested = page.locator(".suggestions li[data-model=holt_winters]")
    expect(suggested).to_contain_text(answer["suggestions"]["forecasters"][1]["reason"])
    suggested.get_by_role("button").click()
    expect(page.locator("#tasks-forecast")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_label("Forecaster", exact=True)).to_have_value("holt_winters")
    expect(page.locator("#code-curl")).to_contain_text('"seasonal": "multiplicative"')
    run(page)
    expect(page.locator("#status")).to_contain_text("12 forecast values")

    page.locator("#tasks-profile").click()  # the card is still there
    page.locator(".suggestions section").last.locator("li").last.get_by_role("button").click()
    expect(page.locator("#tasks-detect")).to_have_attribute("aria-selected", "true")
    chosen = answer["suggestions"]["detectors"][-1]["name"]
    expect(page.get_by_label("Detector", exact=True)).to_have_value(chosen)


def test_profiles_of_short_constant_and_intermittent_series(console: Page) -> None:
    page = console
    constant = "".join(f"same,{day},5\n" for day in range(30))
    rare = "".join(f"rare,{day},{(day % 5 == 0) * (day % 3 + 1)}\n" for day in range(60))
    upload(page, "odd.csv", f"unique_id,ds,y\n{constant}{rare}tiny,1,2\ntiny,2,3\n")
    page.locator("#tasks-profile").click()
    run(page)
    expect(page.locator("#status")).to_contain_text("3 series described")
    assert facts(page.locator(".profile"))["Constant"] == "yes"
    expect(page.locator(".profile")).to_contain_text("Too short or constant to test")
    page.get_by_label("Series", exact=True).last.select_option("rare")
    expect(page.locator(".profile")).to_contain_text("comes now and then")
    page.get_by_label("Series", exact=True).last.select_option("tiny")
    assert facts(page.locator(".profile"))["Length"] == "2"
    page.locator("#view-list summary", has_text="All series").click()
    expect(page.locator("#view-list tbody tr")).to_have_count(3)


# --- changes -------------------------------------------------------------------


def test_changes_are_marked_where_they_are(console: Page) -> None:
    page = console
    noise = np.random.default_rng(0).normal(size=100)
    step = "".join(f"step,{day},{10 + noise[day] + 9 * (day >= 70):.4f}\n" for day in range(100))
    calm = "".join(f"calm,{day},{20 + noise[-day]:.4f}\n" for day in range(100))
    upload(page, "step.csv", f"unique_id,ds,y\n{step}{calm}")
    page.locator("#tasks-changepoints").click()
    page.get_by_label("variance").uncheck()
    run(page)

    expect(page.locator("#status")).to_contain_text("1 change in 2 series")
    event = page.locator("#view-list .event")
    expect(event).to_have_count(1)
    expect(event.locator(".when")).to_have_text("70")
    expect(event.locator(".kind")).to_have_text("level")
    expect(event.locator(".why")).to_contain_text("the level rises by")
    for share in (0.68, 0.74):  # the mark and its line at 70 of 99, and nothing else
        left, right = pixels(page, "--plot-change", share)
        assert (left > 50, right > 50) == (share > 0.7, share < 0.7)
    event.click()
    expect(page.locator("#plot .tooltip")).to_contain_text("the level rises by")

    page.get_by_label("Series", exact=True).last.select_option("calm")
    expect(page.locator("#view-list")).to_contain_text("Nothing changed for good")
    assert pixels(page, "--plot-change", 0.5) == [0, 0]


# --- what forecasts take besides -----------------------------------------------


def test_paths_transforms_and_the_calendar_are_sent_and_drawn(console: Page) -> None:
    page = console
    open_task(page, "forecast")
    page.get_by_label("Forecaster", exact=True).select_option("ets")
    page.locator("#more-options > details > summary").click()
    page.get_by_label("Simulated paths").fill("5")
    page.get_by_label("Transform").select_option(label="log")
    page.get_by_label("Holidays").fill("de")
    page.get_by_label("month", exact=True).check()
    run(page)

    sent = page.locator("#code-curl")
    expect(sent).to_contain_text('"transform": "log"')
    expect(sent).to_contain_text('"country": "DE"')
    expect(sent).to_contain_text('"calendar": ["month"]')
    expect(page.locator("#legend")).to_contain_text("Paths (5)")
    end_of_history = 143.5 / 155
    before, after = pixels(page, "--plot-path", end_of_history)
    assert before == 0
    assert after > 20
    expect(page.locator("#view-list thead th")).to_have_count(6)
    _, table = downloaded(page, "Download CSV")
    assert {f"yhat_path_{number}" for number in range(1, 6)} <= set(table[0])

    page.get_by_label("Holidays").fill("XQ")
    run(page)
    field = page.locator(".field", has=page.get_by_label("Holidays"))
    expect(field.locator(".problem")).to_contain_text("XQ")
