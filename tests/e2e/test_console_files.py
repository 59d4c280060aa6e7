"""Every file of the matrix through the console, many on one page."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect

from tests.files.case import Case
from tests.files.matrix import CASES

pytestmark = pytest.mark.browser

SELECTS = {
    "id_col": "id",
    "dates": "dates",
    "sheet": "sheet",
    "decimal": "decimal",
    "encoding": "encoding",
    "target_col": "value",
    "time_col": "time",
}
# What the page says of a file: facts, remarks, complaints, and whether it can be run.
SAID = """() => ({
  facts: document.getElementById("source-facts").textContent,
  remarks: document.getElementById("guess").textContent,
  problem: document.getElementById("data-problem").textContent + document.getElementById("roles").textContent,
  ready: !document.getElementById("run").disabled,
})"""


def is_reading(response: Response) -> bool:
    return "/v1/read" in response.url


def shown(page: Page, case: Case) -> tuple[dict[str, Any], dict[str, Any]]:
    """Bring a file, and say of it what its case says; return the last answer and what the page shows."""
    with page.expect_response(is_reading) as answer:
        page.locator("#file").set_input_files(
            {"name": case.name, "mimeType": "", "buffer": case.data}
        )
    settled(page)
    for option, value in case.options.items():
        closed = page.locator("#otherwise:not([open]) > summary")
        if closed.is_visible():
            closed.click()
        with page.expect_response(is_reading) as answer:
            if option == "wide":
                page.locator("#column-value").select_option("*")
            elif option == "keep_nines":
                page.locator("#column-nines").check()
            elif option == "time_format":
                page.locator("#column-format").fill(value)
                page.locator("#column-format").press("Enter")
            elif page.locator(f"#column-{SELECTS[option]}").input_value() == value:
                page.locator(f"#column-{SELECTS[option]}").dispatch_event("change")
            else:
                page.locator(f"#column-{SELECTS[option]}").select_option(value)
        settled(page)
    return answer.value.json(), page.evaluate(SAID)


def settled(page: Page) -> None:
    expect(page.locator("#drop")).to_have_attribute("aria-busy", "false")


def fault(case: Case, answer: dict[str, Any], page: dict[str, Any]) -> str | None:
    """What is wrong with how a file was read, None if nothing is."""
    if case.problem:
        return None if case.problem in page["problem"] else f"says {page['problem']!r}"
    if answer.get("series") != case.series:
        return f"reads {answer.get('series') or answer}"
    rows, ids = len(case.series["y"]), len(set(case.series.get("unique_id", [0])))
    if not page["ready"] or not re.search(rf"\b{ids} series", page["facts"]):
        return f"shows {page} for {rows} values"
    remarks = " ".join([*answer["notes"], page["remarks"]])
    unsaid = [part for part in case.said if part not in remarks]
    return f"does not say {unsaid}" if unsaid else None


OTHERWISE = "day;sold\n01/02/2024;1,5\n02/02/2024;2,5\n13/02/2024;3,5\n"


def brought(page: Page, data: str | bytes) -> dict[str, Any]:
    """The answer to a file that is brought."""
    raw = data.encode() if isinstance(data, str) else data
    with page.expect_response(is_reading) as answer:
        page.locator("#file").set_input_files({"name": "a.csv", "mimeType": "", "buffer": raw})
    settled(page)
    read: dict[str, Any] = answer.value.json()
    return read


def test_all_that_can_be_said_of_a_file_has_a_field(page: Page) -> None:
    document = page.request.get("/openapi.json").json()
    options = document["paths"]["/v1/read"]["post"]["parameters"]
    names = {one["name"] for one in options if one["in"] == "query"}
    fields = {"exog": "also-sold", "time_format": "column-format", "keep_nines": "column-nines"}
    fields |= {name: f"column-{role}" for name, role in SELECTS.items()}
    assert names == {*fields, "wide"}
    brought(page, "day,n,sold\n2024-01-01,1,5\n2024-01-02,4,6\n2024-01-03,2,5\n")
    assert page.locator("#column-value option[value='*']").count() == 1  # wide
    page.locator("#column-value").select_option("n")
    page.locator("#otherwise > summary").click()
    for name in names - {"wide", "sheet"}:
        expect(page.locator(f"#{fields[name]}")).to_be_visible()


def test_what_was_guessed_can_be_said_otherwise_and_what_fails_keeps_the_file(page: Page) -> None:
    brought(page, OTHERWISE.replace("day", "число").encode("cp1251"))
    letters = page.locator("#column-encoding")
    expect(letters).to_have_value("cp1252")
    letters.select_option("cp1251")
    expect(page.locator("#column-time")).to_have_value("число")
    letters.select_option("utf-8")
    expect(page.locator("#column-encoding-complaint")).to_contain_text("this is no utf-8")
    letters.select_option("utf-16")
    settled(page)
    expect(page.locator("#source-name")).to_have_text("a.csv")
    letters.select_option("")
    expect(letters).to_have_value("cp1252")


PARTS = 8
"""A busy machine takes a second a file: all of them in one test would be taken for one that hangs."""


@pytest.mark.parametrize("part", range(PARTS))
def test_every_file_of_the_matrix_is_read_or_asked_about(page: Page, part: int) -> None:
    expect(page.locator("#version")).not_to_be_empty()
    faults = {case.name: fault(case, *shown(page, case)) for case in CASES[part::PARTS]}
    assert {name: said for name, said in faults.items() if said} == {}
