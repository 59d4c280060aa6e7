"""Take the pictures of the console for the README: python -m tests.e2e.make_pictures http://127.0.0.1:8000"""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.conftest import find_browser
from tests.e2e.conftest import finished

TARGET = Path(__file__).parents[2] / "docs/images"
SIZE: ViewportSize = {"width": 1280, "height": 1000}
PHONE: ViewportSize = {"width": 390, "height": 844}


def main(url: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        landing(opened(browser, url))
        phone(opened(browser, url, PHONE))
        forecast(opened(browser, url))
        detect(opened(browser, url))
        backtest(opened(browser, url))
        decompose(opened(browser, url))
        parts(opened(browser, url))
        browser.close()


def opened(browser: Browser, url: str, size: ViewportSize = SIZE) -> Page:
    page = browser.new_page(viewport=size)
    page.goto(url)
    # a phone hides it until there is data
    page.locator("#chooser select").wait_for(state="attached")
    return page


def landing(page: Page) -> None:
    page.locator(".sparkline polyline").nth(5).wait_for(state="attached")
    keep(page, "console-landing.png")


def phone(page: Page) -> None:
    page.get_by_role("button", name="Airline passengers").click()
    page.locator("#view-list tbody tr").first.wait_for()
    page.locator("#chart").scroll_into_view_if_needed()
    page.wait_for_timeout(1000)  # the page scrolls there gently
    keep(page, "console-phone.png")


def forecast(page: Page) -> None:
    page.get_by_role("button", name="Airline passengers").click()
    page.locator("#view-list tbody tr").first.wait_for()
    save(page, "console-forecast.png", (150 / 155, 0.8))


def detect(page: Page) -> None:
    page.get_by_role("button", name="Load with two faults").click()
    finished(page)  # the example runs by itself
    page.get_by_label("Level", exact=True).fill("99.9")
    page.get_by_label("Season length", exact=True).fill("24, 168")
    page.locator("#run").click()
    finished(page)
    save(page, "console-detect.png", (398 / 671, 0.5))


def backtest(page: Page) -> None:
    page.get_by_role("button", name="Airline passengers").click()
    page.locator("#tasks-backtest").click()
    page.locator("#run").click()
    page.locator("#view-list .winner").wait_for()
    save(page, "console-backtest.png", (78 / 107, 0.8))


def decompose(page: Page) -> None:
    page.get_by_label("Example").select_option("bike_rentals_hourly.csv")
    page.locator("#tasks-decompose").click()
    page.get_by_label("Season length", exact=True).fill("24, 168")
    page.locator("#run").click()
    page.locator("#view-list tbody tr").first.wait_for()
    save(page, "console-decompose.png", (0.238, 0.5))


def parts(page: Page) -> None:
    page.get_by_label("Example").select_option("bike_rentals_hourly.csv")
    page.locator("#chooser select").first.select_option("stl")
    page.locator("#more-options > details > summary").click()
    page.locator("[name=parts]").check()
    page.locator("#run").click()
    page.locator("#plot .panel-title").nth(1).wait_for()
    page.locator("#more-options > details > summary").click()
    save(page, "console-parts.png", (0.8, 0.5))


def save(page: Page, name: str, at: tuple[float, float]) -> None:
    """Save the page with the pointer at a share of the plot's width and height."""
    page.evaluate("scrollTo(0, 0)")
    box = page.locator("#plot .u-over").first.bounding_box()
    assert box
    page.mouse.move(box["x"] + at[0] * box["width"], box["y"] + at[1] * box["height"])
    page.locator("#plot .tooltip").wait_for()
    keep(page, name)


def keep(page: Page, name: str) -> None:
    """Save what is to be seen."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(256)
    picture.save(TARGET / name, optimize=True)


if __name__ == "__main__":
    main(sys.argv[1])
