"""How soon a newcomer sees a chart: ``make bench-console``.

A real server and a real Chromium; medians of several loads of the page, each with a click on its first example.
"""

from statistics import median

from playwright.sync_api import Page, sync_playwright

from bench.options import published
from bench.report import markdown, publish
from bench.service import running_server
from tests.conftest import NO_BROWSER, find_browser
from tests.e2e.conftest import SWITCHES

# Milliseconds from the start of the navigation to the first paint.
PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
# Milliseconds from a click on an example to the first chart, and to its forecast.
CLICK = """() => new Promise((done) => {
  const again = (isThere, then) => requestAnimationFrame(() => until(isThere, then));
  const until = (isThere, then) => (isThere() ? then(performance.now()) : again(isThere, then));
  const began = performance.now();
  document.querySelector(".starter").click();
  until(() => document.querySelector("#plot canvas"), (chart) =>
    until(() => document.querySelector("#view-list tbody tr"), (end) => done([chart - began, end - began])));
})"""


def main() -> None:
    parser = published(__doc__)
    parser.add_argument("--repeats", type=int, default=9)
    options = parser.parse_args()
    path = find_browser()
    if path is None:
        raise SystemExit(f"{NO_BROWSER}: `scripts/ensure-browser` installs it")
    with running_server() as client, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        page = browser.new_page(base_url=str(client.base_url))
        _measured(page)  # the first fit imports its libraries
        times = [_measured(page) for _ in range(options.repeats)]
        browser.close()
    names = ("first paint", "chart after one click", "forecast after one click")
    rows = [
        {"what": name, "ms, median": median(of), "ms, slowest": max(of)}
        for name, of in zip(names, zip(*times, strict=True), strict=True)
    ]
    publish("console", markdown(rows), write=options.write)


def _measured(page: Page) -> tuple[float, float, float]:
    """Return milliseconds to the first paint, to the chart and to the forecast."""
    page.goto("about:blank")  # else the address is the same and nothing is loaded
    page.goto("/")
    page.locator("#version:not(:empty)").wait_for()
    paint = page.evaluate(PAINT)
    chart, forecast = page.evaluate(CLICK)
    return float(paint), float(chart), float(forecast)


if __name__ == "__main__":
    main()
