"""A real server and a real browser for the tests of this folder."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response, expect, sync_playwright

START_S = 600  # some forty processes at once on two cores took more than four minutes
WAIT_MS = 180_000  # the first catalog and the first fit import the libraries
# Chromium asks its maker for updates and the like unless told not to.
SWITCHES = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a `tidecast-server` that runs as its own process on a free port."""
    folder = tmp_path_factory.mktemp("server")
    with (folder / "log").open("w+") as log:
        process = subprocess.Popen(
            [Path(sys.executable).with_name("tidecast-server")],
            env=_environment(folder / "data"),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield _wait_until_ready(process, log)
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _environment(data: Path) -> dict[str, str]:
    """This environment without anybody's settings of a server."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("TIDECAST_")}
    return {**own, "TIDECAST_PORT": "0", "TIDECAST_DATA_DIR": str(data)}


def _wait_until_ready(process: subprocess.Popen[bytes], log: IO[str]) -> str:
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        log.seek(0)
        said = re.search(r"running on (http://\S+) ", log.read())
        if said and _is_ready(said[1]):
            return said[1]
        time.sleep(0.1)
    log.seek(0)
    pytest.fail(f"the server is not ready (exit status {process.poll()}):\n{log.read()}")


def _is_ready(url: str) -> bool:
    try:
        with urlopen(f"{url}/readyz", timeout=30) as answer:
            return bool(answer.status == 200)
    except URLError:
        return False


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """The Chromium of this machine."""
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, server_url: str) -> Iterator[Page]:
    """A fresh page on the server's console."""
    context = browser.new_context(
        base_url=server_url,
        viewport={"width": 1360, "height": 1060},
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto("/")
    yield page
    context.close()
    assert errors == []


def finished(page: Page) -> None:
    """Wait until a run has ended with an answer."""
    expect(page.locator("#run")).not_to_have_class("primary busy")
    expect(page.locator("#downloads")).to_be_visible()


def complaints(page: Page) -> list[str]:
    """What axe finds: the rule, and the first element that breaks it."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']:.120}" for one in found]


# Counts the pixels of a colour (a CSS variable) in every canvas of a plot.
_PIXELS = """([name, selector]) => {
  const plot = document.querySelector(selector);
  const pen = new OffscreenCanvas(1, 1).getContext("2d");
  pen.fillStyle = getComputedStyle(plot).getPropertyValue(name);
  pen.fillRect(0, 0, 1, 1);
  const wanted = pen.getImageData(0, 0, 1, 1).data;
  return [...plot.querySelectorAll("canvas")].map((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let found = 0;
    for (let i = 0; i < data.length; i += 4)
      if ([0, 1, 2].every((c) => Math.abs(data[i + c] - wanted[c]) <= 6) && data[i + 3] > 250) found += 1;
    return found;
  });
}"""


def panel_pixels(page: Page, colour: str, plot: str = "#plot") -> list[int]:
    """How many pixels of a colour of plots each panel of one has."""
    found: list[int] = page.evaluate(_PIXELS, [f"--plot-{colour}", plot])
    return found


def is_run(response: Response) -> bool:
    """Whether an answer is that to a run, and not to a file that was read."""
    return response.request.method == "POST" and "/v1/read" not in response.url
