"""The console in a real browser against a real server: what is drawn, said, and taken home."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from app.version import own_version
from tests.e2e.conftest import finished

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "app/web/static/examples"
PLANTED = ["2024-03-20 14:00", "2024-03-27 10:00"]

# Counts the pixels of a colour (a CSS variable) on the plot, left and right of a share of its width.
COUNT_PIXELS = """([name, share]) => {
  const plot = document.getElementById("plot");
  const canvas = plot.querySelector("canvas");
  const pen = new OffscreenCanvas(1, 1).getContext("2d");
  pen.fillStyle = getComputedStyle(plot).getPropertyValue(name);
  pen.fillRect(0, 0, 1, 1);
  const wanted = pen.getImageData(0, 0, 1, 1).data;
  const over = plot.querySelector(".u-over").getBoundingClientRect();
  const frame = canvas.getBoundingClientRect();
  const split = (over.left - frame.left + over.width * share) * (canvas.width / frame.width);
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const found = [0, 0];
  for (let i = 0; i < data.length; i += 4) {
    const near = [0, 1, 2].every((c) => Math.abs(data[i + c] - wanted[c]) <= 6) && data[i + 3] > 250;
    if (near) found[(i / 4) % canvas.width < split ? 0 : 1] += 1;
  }
  return found;
}"""


def upload(page: Page, name: str, text: str) -> None:
    page.locator("#file").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    )


def open_example(page: Page, name: str) -> None:
    """Open an example, which runs by itself and sets the form, and wait until it is done."""
    page.get_by_role("button", name=name).click()
    finished(page)


def run(page: Page) -> None:
    page.locator("#run").click()
    expect(page.locator("#run")).not_to_have_class("primary busy")


def pixels(page: Page, color: str, share: float) -> list[int]:
    """Pixels of a colour left and right of a share of the plot's width."""
    found: list[int] = page.evaluate(COUNT_PIXELS, [color, share])
    return found


def test_an_uploaded_file_is_forecast_drawn_listed_and_downloaded(page: Page) -> None:
    upload(page, "air.csv", (EXAMPLES / "airpassengers.csv").read_text())
    expect(page.locator("#source-facts")).to_contain_text("144 rows · 1 series")
    expect(page.get_by_label("Time", exact=True)).to_have_value("ds")
    expect(page.get_by_label("Horizon")).to_have_value("12")
    page.get_by_label("Forecaster", exact=True).select_option("holt_winters")
    run(page)

    expect(page.locator("#status")).to_contain_text("12 forecast values")
    rows = page.locator("#view-list tbody tr")
    expect(rows).to_have_count(12)
    expect(rows.first.locator("th")).to_have_text("1961-01-01")
    expect(page.locator("#legend li")).to_have_text(["Series", "Forecast", "95 %", "80 %"])
    end_of_history = 143.5 / 155
    before, after = pixels(page, "--plot-forecast", end_of_history)
    assert before == 0
    assert after > 100
    before, after = pixels(page, "--plot-series", end_of_history)
    assert before > 1000
    assert after == 0

    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    assert download.value.suggested_filename == "air-forecast.csv"
    table = list(csv.DictReader(io.StringIO(download.value.path().read_text())))
    assert [row["ds"][:10] for row in table] == [f"1961-{month:02d}-01" for month in range(1, 13)]
    for row in table:
        low, mean, high = (float(row[name]) for name in ("yhat_lo_95", "yhat", "yhat_hi_95"))
        assert 300 < low < mean < high < 900
    assert f"{float(table[0]['yhat']):.2f}" == rows.first.locator("td").first.inner_text()


def test_planted_anomalies_are_marked_with_their_reasons(page: Page) -> None:
    page.get_by_role("tab", name="Anomalies").click()
    page.get_by_label("Example").select_option("spiky_hourly.csv")
    page.get_by_label("Level", exact=True).fill("99.9")
    page.get_by_label("Season length", exact=True).fill("24, 168")
    run(page)

    events = page.locator("#view-list .event")
    expect(events).to_have_count(2)
    page.get_by_label("Order").select_option("time")
    assert events.locator(".when").all_inner_texts() == PLANTED
    expect(events.first.locator(".why")).to_contain_text("above")
    expect(events.last.locator(".why")).to_contain_text("below")
    # The spike lies at 0.59 of the width, the drop at 0.83: each has its own mark, and there is no other.
    left, right = pixels(page, "--plot-anomaly", 0.7)
    assert left > 20
    assert right > 20
    assert pixels(page, "--plot-anomaly", 0.5)[0] == 0

    events.first.click()
    tooltip = page.locator("#plot .tooltip")
    expect(tooltip).to_contain_text(PLANTED[0])
    expect(tooltip).to_contain_text(events.first.locator(".why").inner_text())
    expect(page.get_by_role("button", name="Show all")).to_be_enabled()
    page.get_by_role("button", name="Show all").click()
    expect(page.get_by_role("button", name="Show all")).to_be_disabled()


def test_the_version_is_shown(page: Page) -> None:
    expect(page.locator("#version")).to_have_text(own_version())


def test_nothing_is_asked_of_other_servers_and_the_policy_is_kept(page: Page) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    answer = page.goto("/")
    assert answer
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    open_example(page, "Sunspots")
    page.get_by_label("Forecaster", exact=True).select_option("naive")
    run(page)
    expect(page.locator("#view-list tbody tr")).to_have_count(10)
    page.get_by_role("link", name="API reference").click()
    page.locator(".opblock-summary", has_text="/v1/forecast").click()
    expect(page.locator(".opblock-body").first).to_be_visible()
    expect(page.locator("#reference")).to_contain_text("/v1/detect")

    own = urlsplit(page.url).netloc
    foreign = [url for url in asked if urlsplit(url).netloc != own and not url.startswith("blob:")]
    assert foreign == []
    assert len(asked) > 20
    assert said == []


def test_the_reference_can_send_its_own_example(page: Page) -> None:
    page.goto("/docs")
    page.locator(".opblock-summary", has_text="/v1/forecast").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table .response-col_status").last).to_contain_text("200")


def test_what_the_server_refuses_is_said_at_the_field_with_its_hint(page: Page) -> None:
    open_example(page, "Airline passengers")
    page.get_by_label("Horizon").fill("-1")
    run(page)
    horizon = page.locator(".field", has=page.get_by_label("Horizon"))
    expect(horizon.locator(".problem")).to_contain_text("Horizon must be ≥ 1, got -1")
    expect(horizon.locator(".hint")).to_have_text("set Horizon to a value that is ≥ 1")
    expect(page.get_by_label("Horizon")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Horizon")).to_be_focused()

    page.get_by_label("Horizon").fill("3")
    expect(horizon.locator(".problem")).to_have_count(0)
    page.get_by_label("Forecaster", exact=True).select_option("ewma")
    page.locator("#params .folded > summary").click()
    page.locator("[name=alpha]").fill("3")
    run(page)
    alpha = page.locator(".field", has=page.locator("[name=alpha]"))
    said = "Smoothing factor must be ≤ 1, got 3set Smoothing factor to a value that is ≤ 1"
    expect(alpha.locator(".problem")).to_have_text(said)


def test_calls_to_copy_lead_to_a_server_below_a_prefix(browser: Browser, server_url: str) -> None:
    told = {"X-Forwarded-Prefix": "/some/where"}
    with browser.new_context(base_url=server_url, extra_http_headers=told) as context:
        page = context.new_page()
        page.goto("/some/where/")
        open_example(page, "Airline passengers")
        page.locator("#views-code").click()
        address = f"{server_url}/some/where"
        expect(page.locator("#code-python")).to_contain_text(f'tidecast.Client("{address}")')
        expect(page.locator("#code-curl")).to_contain_text(f"curl -sS {address}/v1/forecast")


def test_cells_that_are_no_numbers_are_named_before_anything_is_sent(page: Page) -> None:
    upload(page, "bad.csv", "ds,y\n2024-01-01,1\n2024-01-02,many\n2024-01-03,3\n2024-01-04,4\n")
    expect(page.locator("#column-value-complaint")).to_contain_text(
        "line 3, column 'y': 'many' is no number"
    )
    expect(page.locator("#run")).to_be_disabled()


def test_a_problem_of_one_series_leaves_the_others_alone(page: Page) -> None:
    rows = [f"long;{day:02d};{day},5" for day in range(1, 29)] + ["empty;01;", "empty;02;"]
    lines = [row.replace(";", ";2024-01-", 1) for row in rows]
    upload(page, "shops.csv", "\n".join(["shop;day;sold", *lines]))
    expect(page.get_by_label("Series", exact=True).first).to_have_value("shop")
    page.get_by_label("Forecaster", exact=True).select_option("naive")
    run(page)
    expect(page.locator("#run-problems")).to_contain_text("empty:")
    expect(page.locator("#shown option")).to_have_text(["long", "empty – failed"])
    expect(page.locator("#view-list tbody tr").first.locator("td").first).to_have_text("28.500")
    page.get_by_role("tab", name="Report (1)").click()
    expect(page.locator("#view-report")).to_contain_text("Errors (1)")


@pytest.mark.parametrize(
    ("task", "model", "printed"),
    [
        ("forecast", "naive", "2024-02-29"),
        ("detect", "band", "2024-02-28"),
        ("backtest", None, "coverage_95"),
        ("decompose", "hp", "cycle"),
        ("profile", None, "forecasters"),
        ("changepoints", None, "kind"),
    ],
)
def test_the_call_that_is_shown_can_be_run(
    page: Page, server_url: str, tmp_path: Path, task: str, model: str | None, printed: str
) -> None:
    text = "day;sold;note\n" + "".join(f"{day}.02.2024;{day % 9},25;x\n" for day in range(1, 29))
    (tmp_path / "shop.csv").write_text(text)
    upload(page, "shop.csv", text)
    expect(page.locator("#source-facts")).not_to_be_empty()  # else a click may be lost
    page.locator(f"#tasks-{task}").click()
    if model:
        page.locator("#chooser select").select_option(model)
    if task == "backtest":
        for name in ("Automatic", "ETS", "Theta"):
            page.get_by_role("button", name=f"Remove {name}", exact=True).click()
        page.get_by_label("Horizon").fill("2")
    page.get_by_role("tab", name="Use from code").click()

    page.get_by_role("button", name="Copy the Python call").click()
    expect(page.get_by_role("button", name="Copy the Python call")).to_have_text("Copied")
    ran = subprocess.run(
        [sys.executable, "-c", page.evaluate("navigator.clipboard.readText()")],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT / "client"), "COLUMNS": "400"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert printed in ran.stdout

    page.get_by_role("button", name="Copy the curl call").click()
    expect(page.get_by_role("button", name="Copy the curl call")).to_have_text("Copied")
    command, _, rest = page.evaluate("navigator.clipboard.readText()").partition("<<'JSON'\n")
    assert f"curl -sS {server_url}/v1/{task} " in command
    assert '"ds":["2024-02-01","2024-02-02"' in rest
    answer = post(f"{server_url}/v1/{task}", rest.removesuffix("\nJSON"))
    assert answer["series"][0]["data_report"]["rows"] == 28


def post(url: str, body: str) -> Any:
    request = Request(url, body.encode(), {"Content-Type": "application/json"})
    with urlopen(request) as answer:
        return json.load(answer)


def test_a_table_can_be_pasted(page: Page) -> None:
    page.get_by_role("button", name="Paste").click()
    page.get_by_role("textbox", name="Paste a table").fill(
        "day\tsold\n2024-01-01\t5\n2024-01-02\t6\n"
    )
    page.get_by_role("button", name="Use it").click()
    expect(page.locator("#source-facts")).to_contain_text("2 rows · 1 series")
    expect(page.locator("#plot canvas")).to_be_visible()


def test_a_file_can_be_dropped(page: Page) -> None:
    page.evaluate("""() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["ds,y\\n1,5\\n2,6\\n3,7\\n"], "dropped.csv", { type: "text/csv" }));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    }""")
    expect(page.locator("#source-name")).to_have_text("dropped.csv")
    expect(page.locator("#source-facts")).to_contain_text("3 rows · 1 series")


def test_dragging_zooms_and_a_double_click_shows_all(page: Page) -> None:
    page.get_by_label("Example").select_option("airpassengers.csv")
    show_all = page.get_by_role("button", name="Show all")
    box = page.locator("#plot .u-over").bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.2 * box["width"], middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], middle, steps=4)
    page.mouse.up()
    expect(show_all).to_be_enabled()
    page.mouse.dblclick(box["x"] + 0.5 * box["width"], middle)
    expect(show_all).to_be_disabled()


def test_dates_that_begin_with_the_month_are_read_so(page: Page) -> None:
    days = "".join(f"1/{day}/24 9:05 PM,{day}\n" for day in range(10, 20))
    upload(page, "us.csv", f"date,value\n{days}")
    expect(page.get_by_label("Dates begin with")).to_have_value("month")
    expect(page.locator("#source-facts")).to_contain_text("2024-01-10 21:05 to 2024-01-19 21:05")


def test_stamps_that_nobody_can_read_are_told_at_the_time_column(page: Page) -> None:
    upload(page, "words.csv", "ds,y\n5 of 1 in 24,1\n6 of 1 in 24,2\n7 of 1 in 24,3\n")
    expect(page.locator("#column-time-complaint")).to_contain_text("line 2, column 'ds'")
    expect(page.locator("#run")).to_be_disabled()
    page.get_by_label("Times are written as").fill("%d of %m in %y")
    page.get_by_label("Times are written as").press("Enter")
    expect(page.locator("#source-facts")).to_contain_text("2024-01-05 to 2024-01-07")
    expect(page.locator("#run")).to_be_enabled()


def test_a_server_that_is_gone_is_said_to_be(page: Page) -> None:
    open_example(page, "Airline passengers")
    page.context.set_offline(True)
    run(page)
    expect(page.locator("#run-problems")).to_contain_text("the server does not answer")


def test_the_keyboard_is_enough(page: Page) -> None:
    page.get_by_role("button", name="Airline passengers").press("Enter")
    finished(page)
    page.get_by_role("tab", name="Forecast", exact=True).press("ArrowRight")
    expect(page.locator("#tasks-detect")).to_be_focused()
    expect(page.get_by_label("Detector")).to_be_visible()
    page.locator("#plot").press("ArrowRight")
    page.locator("#plot").press("ArrowRight")
    expect(page.locator("#readout")).to_have_text("1949-02-01, Series 118.00")
    page.locator("#plot").press("+")
    expect(page.get_by_role("button", name="Show all")).to_be_enabled()
    page.locator("#plot").press("0")
    expect(page.get_by_role("button", name="Show all")).to_be_disabled()


def test_every_control_has_a_name(page: Page) -> None:
    open_example(page, "Airline passengers")
    for task in page.locator("#tasks [role=tab]").all():
        task.click()
        nameless = page.evaluate("""() => [...document.querySelectorAll("input, select, textarea, button")]
          .filter((one) => !one.labels?.length && !one.textContent.trim())
          .filter((one) => !one.ariaLabel && !one.getAttribute("aria-labelledby"))
          .map((one) => one.outerHTML)""")
        assert nameless == []


def test_markup_in_a_file_stays_text(page: Page) -> None:
    ids = ["<img src=x onerror=alert(1)>", "<b>two</b>"]
    rows = [f"{one},{step},{step}" for one in ids for step in (1, 2)]
    upload(page, "<b>x</b>.csv", "\n".join(["id,ds,y", *rows, ""]))
    expect(page.locator("#source-name")).to_have_text("<b>x</b>.csv")
    expect(page.locator("#shown option").last).to_have_text("<b>two</b>")
    assert page.locator("#plot img, #result img, #source-name b").count() == 0
