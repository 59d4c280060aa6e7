"""The first minutes: an example at one click, what a combination is made of, and what a reload brings back."""

import re
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import complaints, finished, is_run
from tests.waiting import until

pytestmark = pytest.mark.browser

OWN = "day,sold\n" + "".join(f"2024-01-{day:02d},{10 + day % 7}\n" for day in range(1, 29))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page: Page, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    expect(page.locator(".starter .sparkline polyline")).to_have_count(6)
    assert complaints(page) == []
    page.get_by_role("button", name="Load with two faults").click()
    finished(page)
    page.locator("#more-options > details > summary").click()
    assert complaints(page) == []
    for view in ("report", "code"):
        page.locator(f"#views-{view}").click()
        assert complaints(page) == []


@pytest.mark.parametrize("example", ["Airline passengers", "Load with two faults"])
def test_a_phone_has_nothing_beside_its_screen(page: Page, example: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name=example).click()
    finished(page)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("size", [(1440, 900), (1024, 768)], ids=str)
def test_task_horizon_and_intervals_are_in_view_beside_the_first_chart(
    page: Page, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.get_by_role("button", name="Airline passengers").click()
    finished(page)
    bar = page.locator(".go").bounding_box()
    assert bar is not None
    for name in ("h", "level"):
        field = page.locator(f"#options [name={name}]").bounding_box()
        assert field is not None
        assert field["y"] + field["height"] <= bar["y"]
    tabs = page.locator("#tasks")
    assert tabs.evaluate("list => list.scrollWidth - list.clientWidth") <= 0
    expect(tabs.get_by_role("tab").last).to_be_in_viewport(ratio=1)


def test_the_chosen_tab_is_in_view_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(reduced_motion="reduce")  # else the way to the chart goes on below the keys
    page.get_by_role("button", name="Airline passengers").click()
    finished(page)
    page.locator("#tasks [aria-selected=true]").focus()
    page.keyboard.press("End")
    chosen = page.locator("#tasks [aria-selected=true]")
    expect(chosen).to_have_text("Changes")
    expect(chosen).to_be_in_viewport(ratio=1)


def test_what_a_field_takes_is_told_in_words_of_forms(page: Page) -> None:
    expect(page.locator("#options")).to_contain_text("80, 95 if left empty")
    expect(page.locator("#options")).not_to_contain_text("omitted")
    page.get_by_role("button", name="Airline passengers").click()
    finished(page)
    page.locator("#tasks-judge").click()
    page.locator("#run").click()
    expect(page.locator("#options .complaint .problem")).to_have_text("This is needed")


def test_complaints_name_fields_as_the_form_does(page: Page) -> None:
    page.get_by_label("Example").select_option("sunspots.csv")
    expect(page.locator("#run")).to_be_enabled()  # a horizon that suits is in its field
    page.get_by_label("Horizon").fill("0")
    page.get_by_label("Season length", exact=True).fill("some")
    page.locator("#run").click()
    complaints = page.locator("#options .complaint .problem")
    expect(complaints).to_have_count(2)
    expect(complaints.first).to_have_text(
        "Horizon must be ≥ 1, got 0set Horizon to a value that is ≥ 1"
    )
    expect(complaints.last).to_contain_text(
        "Season length must be an integer or a list, got 'some'"
    )


def test_what_a_field_lacks_is_in_view_above_the_button(page: Page) -> None:
    page.get_by_label("Example").select_option("sunspots.csv")
    page.locator("#tasks-judge").click()
    page.locator("#run").click()
    complaint = page.locator("#options .complaint .problem")
    expect(complaint).to_have_text("This is needed")
    box, bar = complaint.bounding_box(), page.locator(".go").bounding_box()
    assert box is not None
    assert bar is not None
    assert box["y"] + box["height"] <= bar["y"]


def test_the_keyboard_goes_on_at_the_result_of_an_example(page: Page) -> None:
    page.get_by_role("button", name="Airline passengers").focus()
    page.keyboard.press("Enter")
    finished(page)
    expect(page.locator("#result")).to_be_focused()


def test_only_a_guess_is_called_one(page: Page) -> None:
    page.get_by_label("Example").select_option("sunspots.csv")
    expect(page.locator("#source-facts")).to_contain_text("1 series")
    expect(page.locator("#guess")).to_have_text("")
    page.locator("#file").set_input_files(
        {"name": "own.csv", "mimeType": "text/csv", "buffer": OWN.encode()}
    )
    expect(page.locator("#guess")).to_contain_text("Guessed")


def test_an_event_is_told_by_its_strangest_point_and_hours_keep_their_midnight(page: Page) -> None:
    page.get_by_label("Example").select_option("births_daily.csv")
    page.locator("#tasks-detect").click()
    page.locator("#run").click()
    christmas = page.locator("#view-list .event").first
    expect(christmas.locator(".when")).to_have_text("2003-12-25")
    expect(christmas.locator(".told")).to_contain_text("Thursdays")
    expect(christmas.locator(".told")).to_contain_text("From 2003-12-24 to 2003-12-26.")
    page.get_by_label("Example").select_option("spiky_hourly.csv")
    expect(page.locator("#source-facts")).to_contain_text("2024-03-04 00:00 to 2024-03-31 23:00")


def test_the_landing_page_draws_every_example(page: Page) -> None:
    expect(page.locator(".starter .sparkline polyline")).to_have_count(6)


def test_an_example_is_forecast_at_one_click(page: Page) -> None:
    page.get_by_role("button", name="Airline passengers").click()
    finished(page)
    expect(page.locator("#status")).to_contain_text("12 forecast values")
    expect(page.locator("#welcome")).to_be_hidden()


@pytest.mark.parametrize("task", ["forecast", "detect"])
def test_the_automatic_choice_is_the_first_of_the_list(page: Page, task: str) -> None:
    page.locator(f"#tasks-{task}").click()
    first = page.locator("#chooser select option[value]:not([value=''])").first
    expect(first).to_have_text("Automatic")


def test_the_members_of_a_combination_are_bars_with_their_weights(page: Page) -> None:
    page.get_by_role("button", name="Airline passengers").click()
    finished(page)
    page.locator("#views-report").click()
    weights = page.locator(".members .figure").all_text_contents()
    shares = [int(weight.removesuffix(" %")) for weight in weights]
    assert len(shares) >= 3
    assert shares == sorted(shares, reverse=True)
    assert abs(sum(shares) - 100) <= len(shares)
    expect(page.locator("#view-report > .verdict")).to_contain_text("counts most")
    expect(page.locator("#view-report > .verdict")).not_to_contain_text("_")
    for width in (1360, 390):
        page.set_viewport_size({"width": width, "height": 844})
        bar = page.locator(".members .meter").first.bounding_box()
        assert bar is not None
        assert bar["width"] > 100


def test_members_that_nothing_judged_have_no_error(page: Page) -> None:
    page.get_by_role("button", name="Paste").click()
    page.get_by_role("textbox", name="Paste a table").fill(
        "day\tsold\n2024-01-01\t3\n2024-01-02\t1\n2024-01-03\t4\n"
    )
    page.get_by_role("button", name="Use it").click()
    page.locator("#run").click()
    finished(page)
    expect(page.locator("#status")).to_contain_text("1 forecast value ·")
    page.locator("#views-report").click()
    expect(page.locator(".members .figure")).to_have_text(["100 %"])
    expect(page.locator(".members")).not_to_contain_text("error")


def test_a_result_says_when_the_form_has_moved_on(page: Page) -> None:
    page.get_by_role("button", name="Sunspots").click()
    finished(page)
    expect(page.locator("#stale")).to_be_hidden()
    usual = page.locator("#options [name=h]").input_value()
    page.locator("#options [name=h]").fill("3")
    expect(page.locator("#stale")).to_be_visible()
    page.locator("#options [name=h]").fill(usual)
    expect(page.locator("#stale")).to_be_hidden()


def test_a_reload_brings_back_task_options_and_example(page: Page) -> None:
    page.get_by_label("Example").select_option("spiky_hourly.csv")
    page.locator("#tasks-detect").click()
    page.get_by_label("Detector", exact=True).select_option("rolling_band")
    page.get_by_label("Level", exact=True).fill("97.5")
    page.locator("#more-options > details > summary").click()
    page.locator("#more-options [name=holidays]").fill("DE")
    page.get_by_label("Transform").select_option("log")
    expect(page.locator("#source-name")).to_have_text("spiky_hourly.csv")
    page.reload()
    expect(page.locator("#source-name")).to_have_text("spiky_hourly.csv")
    expect(page.get_by_label("Detector", exact=True)).to_have_value("rolling_band")
    expect(page.get_by_label("Level", exact=True)).to_have_value("97.5")
    with page.expect_response(is_run) as sent:
        page.locator("#run").click()
    body = sent.value.request.post_data_json
    assert (body["holidays"], body["transform"], body["level"]) == ({"country": "DE"}, "log", 97.5)


def test_a_reload_brings_back_a_table_of_ones_own(page: Page) -> None:
    page.locator("#file").set_input_files(
        {"name": "own.csv", "mimeType": "text/csv", "buffer": OWN.encode()}
    )
    expect(page.locator("#source-facts")).to_contain_text("28 rows")
    page.reload()
    expect(page.locator("#source-name")).to_have_text("own.csv")
    expect(page.locator("#run")).to_be_enabled()


def test_a_new_run_takes_the_place_of_the_one_before(page: Page) -> None:
    page.get_by_label("Example").select_option("births_daily.csv")
    page.locator("#run").click()
    page.get_by_label("Forecaster", exact=True).select_option("naive")
    page.locator("#run").click()
    finished(page)
    expect(page.locator("#stale")).to_be_hidden()


def test_no_page_scrolls_into_nothing(page: Page) -> None:
    page.get_by_label("Example").select_option("spiky_hourly.csv")
    page.locator("#tasks-detect").click()
    page.get_by_label("Level", exact=True).fill("60")
    page.locator("#run").click()
    finished(page)
    assert page.locator("#view-list .event").count() > 50
    height, end = page.evaluate(
        "[document.documentElement.scrollHeight,"
        " document.querySelector('main').getBoundingClientRect().bottom + scrollY]"
    )
    assert height <= end + 1


# What Lighthouse asks of a page besides speed: shifts of the layout, bytes that were sent.
LANDING = """() => new Promise((done) => {
  const told = { shift: 0 };
  const files = performance.getEntriesByType("resource");
  told.bytes = files.reduce((sum, { transferSize }) => sum + transferSize, 0);
  new PerformanceObserver((list) => {
    for (const { value } of list.getEntries()) told.shift += value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(told), 200);
})"""


def test_the_landing_page_is_light_and_holds_still(page: Page) -> None:
    expect(page.locator(".starter .sparkline polyline")).to_have_count(6)
    landing = page.evaluate(LANDING)
    assert landing["shift"] < 0.1
    assert landing["bytes"] < 1_000_000


def test_an_example_is_drawn_and_forecast_on_one_click(page: Page) -> None:
    page.locator(".starter").first.click()
    expect(page.locator("#plot canvas").first).to_be_visible()
    expect(page.locator("#view-list tbody tr").first).to_be_visible()


@pytest.mark.parametrize("size", [(1360, 800), (390, 844)], ids=["desk", "phone"])
@pytest.mark.parametrize("task", ["forecast", "detect"])
def test_the_plot_stays_in_view_and_covers_no_end(
    page: Page, task: str, size: tuple[int, int]
) -> None:
    width, height = size
    page.set_viewport_size({"width": width, "height": height})
    page.get_by_label("Example").select_option("bike_rentals_hourly.csv")
    page.locator(f"#tasks-{task}").click()
    page.locator("#run").click()
    finished(page)
    page.locator("#more-options > details > summary").click()
    top = page.evaluate("document.querySelector('#result').getBoundingClientRect().top + scrollY")
    for share in (0, 0.5, 1):
        begin = top if width < 900 else 0  # a phone has the form above the result
        page.evaluate(
            f"scrollTo(0, {begin} + {share} * (document.documentElement.scrollHeight - innerHeight - {begin}))"
        )
        box = page.locator("#plot").bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height
    chart, details = (page.locator(name).bounding_box() for name in ("#chart", "#details"))
    assert chart
    assert details
    assert details["y"] + details["height"] > chart["y"] + chart["height"] + 20


# Notes all that the line of the status says from now on.
STATUS = """() => {
  const line = document.getElementById("status");
  window.said = [];
  const watched = { childList: true, characterData: true, subtree: true };
  new MutationObserver(() => window.said.push(line.textContent)).observe(line, watched);
}"""


def test_a_run_tells_its_seconds_and_how_many_series_are_done(page: Page) -> None:
    months = [f"{2020 + m // 12}-{1 + m % 12:02d}-01" for m in range(24)]
    rows = [f"s{n},{day},{n + 7 * m * n % 13}" for n in range(1000) for m, day in enumerate(months)]
    page.locator("#file").set_input_files(
        {"name": "many.csv", "mimeType": "", "buffer": "\n".join(["shop,day,sold", *rows]).encode()}
    )
    expect(page.locator("#source-facts")).to_contain_text("1,000 series")
    page.get_by_label("Forecaster", exact=True).select_option("auto_arima")
    page.evaluate(STATUS)
    page.locator("#run").click()

    def told() -> list[tuple[int, int]]:
        found = [re.search(r"(\d+) s (\d+) of 1000 series", one) for one in page.evaluate("said")]
        return [(int(match[1]), int(match[2])) for match in found if match]

    until(lambda: len({seconds for seconds, _ in told()}) > 1, "a second word of progress")
    page.locator("#cancel").click()  # however fast the machine, it was told before the end
    expect(page.locator("#status")).to_have_text("Cancelled.")
    pairs = told()
    assert pairs == sorted(pairs)
    assert 0 <= pairs[0][1] <= pairs[-1][1] <= 1000


REQUEST_WORDS = (
    ("arima takes too long: lower season_length", "ARIMA takes too long: lower Season length"),
    (
        "linear_ar and 'stl' use exogenous columns",
        "Linear autoregression and STL use explanatory columns",
    ),
    (
        "raise timeout_s, set freq or leave 'tz' out",
        "raise Budget in seconds, set Frequency or leave Time zone out",
    ),
    ("the mean level is not in freq", "the mean level is not in freq"),
)


def test_remarks_are_in_the_words_of_the_form(page: Page) -> None:
    rows = "".join(f"2024-01-{day:02d},{10 + day % 7},{day % 5}\n" for day in range(1, 29))
    page.locator("#file").set_input_files(
        {"name": "a.csv", "mimeType": "", "buffer": ("day,sold,visitors\n" + rows).encode()}
    )
    for pick in (
        lambda: page.locator("#column-value").select_option("sold"),
        lambda: page.locator("#also-visitors").check(),
    ):
        with page.expect_response(lambda answer: "/v1/read" in answer.url):
            pick()
    page.get_by_label("Forecaster", exact=True).select_option("naive")
    expect(page.locator("#run")).to_be_enabled()
    page.locator("#run").click()
    finished(page)
    page.locator("#views-report").click()
    warnings = page.locator("#view-report .notes.warning")
    expect(warnings).to_contain_text("explanatory column")
    expect(warnings).not_to_contain_text("exog")
    expect(warnings).not_to_contain_text("_")
    write = """async (texts) => {
      const { wordingOf } = await import("/static/js/wording.js");
      const get = (path) => fetch(path).then((answer) => answer.json());
      const [openapi, catalog] = await Promise.all(["/openapi.json", "/v1/catalog"].map(get));
      const { forecasters, detectors } = catalog;
      const write = wordingOf({ openapi, catalog: { forecasters, detectors }, task: "forecast" });
      return texts.map(write);
    }"""
    told = page.evaluate(write, [said for said, _ in REQUEST_WORDS])
    assert told == [meant for _, meant in REQUEST_WORDS]
