"""Tables with explanatory columns and their future, and tables with a column for each series."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

DAYS = [f"2024-01-{day:02d}" for day in range(1, 29)]
PRICED = "day,sold,price\n" + "".join(
    f"{day},{'' if place >= 25 else 100 - 10 * (place % 4)},{place % 4}\n"
    for place, day in enumerate(DAYS)
)
WIDE = "day,north,south\n" + "".join(f"{day},{i},{2 * i}\n" for i, day in enumerate(DAYS))


def load(page: Page, text: str) -> None:
    page.locator("#file").set_input_files(
        {"name": "table.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )


def sent(page: Page) -> dict[str, object]:
    with page.expect_response(lambda answer: answer.request.method == "POST") as response:
        page.locator("#run").click()
    assert response.value.status == 200, response.value.text()
    body: dict[str, object] = response.value.request.post_data_json
    return body


def test_explanatory_columns_are_sent_with_the_rows_of_their_future(page: Page) -> None:
    load(page, PRICED)
    page.get_by_label("Values", exact=True).select_option("sold")
    page.get_by_label("price").check()
    expect(page.locator("#source-facts")).to_contain_text("3 of the future")
    expect(page.locator("#options [name=h]")).to_have_value("3")
    page.get_by_label("Forecaster", exact=True).select_option("arima")
    body = sent(page)
    assert body["series"]["price"] == [place % 4 for place in range(25)]  # type: ignore[index]
    assert body["future"] == {"ds": DAYS[25:], "price": [1, 2, 3]}
    expect(page.locator("#view-list tbody tr")).to_have_count(3)
    expect(page.locator("#code-python")).to_contain_text("future=future")
    page.locator("#tasks-detect").click()
    assert "future" not in sent(page)


def test_a_wide_table_is_a_series_for_each_column(page: Page) -> None:
    load(page, WIDE)
    page.get_by_label("Values", exact=True).select_option(label="every column: a series each")
    expect(page.locator("#source-facts")).to_contain_text("28 rows · 2 series")
    page.get_by_label("Forecaster", exact=True).select_option("drift")
    page.locator("#options [name=h]").fill("1")
    body = sent(page)
    assert body["series"]["unique_id"] == ["north"] * 28 + ["south"] * 28  # type: ignore[index]
    expect(page.locator("#code-python")).to_contain_text(re.compile(r"melt\(id_vars=\[.day.\]"))
    page.get_by_label("Series", exact=True).last.select_option("south")
    expect(page.locator("#view-list tbody tr td").first).to_contain_text("56")
