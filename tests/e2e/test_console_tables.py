"""Tables with explanatory columns and their future, and tables with a column for each series."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import is_run

pytestmark = pytest.mark.browser

DAYS = [f"2024-01-{day:02d}" for day in range(1, 29)]
PRICED = "day,sold,price\n" + "".join(
    f"{day},{'' if place >= 25 else 100 - 10 * (place % 4)},{place % 4}\n"
    for place, day in enumerate(DAYS)
)
WIDE = "day,north,south\n" + "".join(f"{day},{i},{2 * i}\n" for i, day in enumerate(DAYS))


def load(page: Page, data: str | bytes) -> None:
    buffer = data.encode() if isinstance(data, str) else data
    page.locator("#file").set_input_files(
        {"name": "table.csv", "mimeType": "text/csv", "buffer": buffer}
    )


def sent(page: Page) -> dict[str, object]:
    with page.expect_response(is_run) as response:
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
    expect(page.locator("#code-python")).to_contain_text('tidecast.read("table.csv", wide=True)')
    page.get_by_label("Series", exact=True).last.select_option("south")
    expect(page.locator("#view-list tbody tr td").first).to_contain_text("56")


def test_what_could_be_wrong_is_asked_and_the_answer_is_kept(page: Page) -> None:
    load(page, "d;a;b\n01/02/2024;1,234;5\n05/02/2024;2,345;4\n06/03/2024;3,456;3\n")
    expect(page.locator("#column-decimal-complaint")).to_contain_text("thousand or a fraction")
    page.get_by_label("Fractions begin with").select_option(",")
    expect(page.locator("#column-dates-complaint")).to_contain_text("day first or the month")
    page.get_by_label("Dates begin with").select_option("month")
    expect(page.locator("#column-value-complaint")).to_contain_text("several columns hold numbers")
    expect(page.locator("#run")).to_be_disabled()
    page.get_by_label("Values", exact=True).select_option("a")
    expect(page.locator("#source-facts")).to_contain_text("2024-01-02 to 2024-06-03")
    expect(page.locator("#guess")).to_contain_text("Column a: '1,234' is read as 1.234.")
    expect(page.locator("#guess")).to_contain_text("Not sent: b.")
    page.reload()
    expect(page.get_by_label("Dates begin with")).to_have_value("month")
    expect(page.locator("#code-python")).to_contain_text(
        'tidecast.read("table.csv", decimal=",", dates="month", target_col="a")'
    )


def test_what_is_no_table_is_refused_where_it_is_seen(page: Page) -> None:
    page.get_by_label("Example").select_option("airpassengers.csv")
    page.locator("#more-options > details > summary").click()
    last = page.locator("#more-options [name=random_state]")
    last.scroll_into_view_if_needed()
    load(page, b"\x89PNG\r\n\x1a\n" + bytes(200))
    expect(page.locator("#data-problem .problem")).to_be_in_viewport(ratio=0.95)
    below_header = (
        "problem => problem.getBoundingClientRect().top"
        " - document.querySelector('.top').getBoundingClientRect().bottom"
    )
    assert page.locator("#data-problem .problem").evaluate(below_header) >= 0


def test_what_is_no_table_is_refused_in_a_sentence(page: Page) -> None:
    load(page, "day,sold\n2024-01-01,5\n2024-01-02,6\n")
    expect(page.locator("#run")).to_be_enabled()
    load(page, b"\x89PNG\r\n\x1a\n" + bytes(99))
    expect(page.locator("#data-problem")).to_contain_text("this is a PNG image, no table")
    expect(page.locator("#run")).to_be_disabled()
    expect(page.locator("#columns")).to_be_hidden()
