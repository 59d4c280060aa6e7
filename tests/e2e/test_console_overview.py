"""Many series at a glance, and runs that belong to their task."""

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.browser

# Eight shops; shop 5 has a spike, shop 7 no value at all.
ROWS = "".join(
    f"shop {shop},2024-{1 + day // 28:02d}-{1 + day % 28:02d},"
    f"{'' if shop == 7 else 900 if (shop, day) == (5, 60) else 10 * shop + day % 7 + day * shop % 3}\n"
    for shop in range(8)
    for day in range(84)
)


def load(page: Page) -> None:
    text = f"shop,day,sold\n{ROWS}"
    page.locator("#file").set_input_files(
        {"name": "shops.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    expect(page.locator("#source-facts")).to_contain_text("8 series")


def run(page: Page) -> None:
    page.locator("#run").click()
    expect(page.locator("#run")).not_to_have_class("primary busy")
    expect(page.locator("#view-overview table")).to_be_visible()


def names(page: Page) -> list[str]:
    return page.locator("#view-overview tbody th").all_inner_texts()


def test_the_series_that_wants_looking_at_comes_first(page: Page) -> None:
    load(page)
    page.locator("#tasks-detect").click()
    page.get_by_label("Detector", exact=True).select_option("band")
    run(page)
    assert names(page)[0] == "shop 5"
    assert names(page)[-1] == "shop 7"
    expect(page.locator("#view-overview tbody tr").last).to_contain_text("failed")
    page.get_by_role("button", name="shop 5", exact=True).click()
    expect(page.locator("#shown")).to_have_value("shop 5")
    expect(page.locator("#view-overview tr.shown th")).to_have_text("shop 5")
    page.get_by_label("Find").fill("shop 3")
    assert names(page) == ["shop 3"]
    page.get_by_label("Find").fill("")
    page.get_by_role("button", name="Series", exact=True).click()
    assert names(page) == [f"shop {shop}" for shop in range(8)]
    page.get_by_role("tab", name="Anomalies", exact=True).last.click()
    expect(page.locator("#view-list .event").first).to_be_visible()


@pytest.mark.parametrize(
    ("task", "column"),
    [("forecast", "Error, %"), ("backtest", "Score"), ("changepoints", "Changes")],
)
def test_every_task_tells_of_each_series(page: Page, task: str, column: str) -> None:
    load(page)
    page.locator(f"#tasks-{task}").click()
    if task == "backtest":
        for name in ("Automatic", "ETS", "Theta"):
            page.get_by_role("button", name=f"Remove {name}", exact=True).click()
    run(page)
    assert sorted(names(page)) == [f"shop {shop}" for shop in range(8)]
    expect(page.locator("#view-overview thead")).to_contain_text(column)
    if task != "changepoints":
        expect(page.locator("#view-overview [aria-sort=descending]")).to_contain_text(column)


def test_a_run_and_its_cancel_belong_to_their_task(page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/v1/forecast", hold)
    page.get_by_label("Example").select_option("airpassengers.csv")
    page.get_by_label("Forecaster", exact=True).select_option("naive")
    page.locator("#run").click()
    expect(page.locator("#cancel")).to_be_visible()
    page.locator("#tasks-profile").click()
    expect(page.locator("#cancel")).to_be_hidden()
    page.locator("#run").click()
    expect(page.locator("#downloads")).to_be_visible()
    page.locator("#tasks-forecast").click()
    expect(page.locator("#cancel")).to_be_visible()
    expect(page.locator("#status")).to_contain_text("Running")
    page.locator("#tasks-profile").click()
    with page.expect_response("**/v1/forecast"):
        held[0].continue_()
    expect(page.locator("#view-list")).to_contain_text("Trend and season")
    page.locator("#tasks-forecast").click()
    expect(page.locator("#view-list tbody tr")).to_have_count(12)
    page.locator("#run").click()
    page.locator("#cancel").click()
    expect(page.locator("#status")).to_have_text("Cancelled.")
    expect(page.locator("#cancel")).to_be_hidden()


def test_long_names_leave_room_for_what_is_told_of_them_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    long = "a name that tells the region and the product and the channel of number"
    text = f"shop,day,sold\n{ROWS}".replace("shop ", f"{long} ")
    page.locator("#file").set_input_files(
        {"name": "shops.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    page.locator("#tasks-detect").click()
    page.get_by_label("Detector", exact=True).select_option("band")
    run(page)
    table, cell = page.locator("#view-overview .scroll"), page.locator("#view-overview tbody td")
    box, first = table.bounding_box(), cell.first.bounding_box()
    assert box is not None
    assert first is not None
    assert first["x"] + first["width"] <= box["x"] + box["width"]
