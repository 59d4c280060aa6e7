"""Fixtures and hooks that the whole suite shares."""

import os
import shutil

# Before numpy is imported: threads that fight for a busy core make a matrix product take minutes.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says how busy the machine is, nothing of the code. CI must not roll dice.
settings.register_profile(
    "tidecast",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,
)
settings.load_profile("tidecast")

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
NO_BROWSER = "no Chromium on this machine"


def find_browser() -> str | None:
    """The path of the Chromium to drive, or None where there is none."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser; tests that ask for it carry the mark `browser`."""
    path = find_browser()
    assert path, "a test that needs the browser must carry pytest.mark.browser"
    return path


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes may hold the time at which they were made, and all workers have to name a test alike."""
    return argname if isinstance(val, bytes) else None


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and not find_browser():
        pytest.skip(NO_BROWSER)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A browser test that could not run must not look like one that passed."""
    skipped = terminalreporter.stats.get("skipped", [])
    tests = [report.nodeid for report in skipped if NO_BROWSER in str(report.longrepr)]
    if tests:
        terminalreporter.section("BROWSER TESTS DID NOT RUN", red=True, bold=True)
        for nodeid in tests:
            terminalreporter.line(nodeid, red=True)
        terminalreporter.line("They need Chromium: sudo apt-get install chromium", red=True)
