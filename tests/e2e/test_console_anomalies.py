"""Anomalies in the console: events of all series, a threshold to drag, and detectors judged by labels."""

import json
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import is_run, panel_pixels
from tests.e2e.test_console import run, upload

pytestmark = pytest.mark.browser


def values(seed: int, places: dict[int, float]) -> list[float]:
    y = 100 + np.random.default_rng(seed).normal(size=200)
    for place, size in places.items():
        y[place] += size
    return [round(float(value), 3) for value in y]


def two_series() -> str:
    """One with a spike and a plateau, one with a greater dip; what was planted is labelled."""
    planted = {"calm": {60: 9.0, 120: 8.0, 121: 8.5}, "wild": {90: -40.0}}
    lines = ["unique_id,ds,y,bad"]
    for seed, (name, places) in enumerate(planted.items()):
        lines += [f"{name},{i},{y},{int(i in places)}" for i, y in enumerate(values(seed, places))]
    return "\n".join(lines) + "\n"


def asked(page: Page) -> tuple[dict[str, Any], dict[str, Any]]:
    """The body that was sent and the answer."""
    with page.expect_response(is_run) as response:
        run(page)
    assert response.value.status == 200, response.value.text()
    return json.loads(response.value.request.post_data or ""), response.value.json()


def drag(page: Page, share: float) -> None:
    """Drag the slider to a share of its width."""
    slider = page.get_by_role("slider", name="Threshold")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * share, middle, steps=4)
    page.mouse.up()


def test_the_events_of_all_series_are_listed_the_most_severe_first(page: Page) -> None:
    upload(page, "two.csv", two_series())
    page.locator("#tasks-detect").click()
    page.get_by_label("Detector", exact=True).select_option("band")
    page.get_by_label("Level", exact=True).fill("99.99")
    _, answer = asked(page)
    events = page.locator("#view-list .event")
    expect(events).to_have_count(2)
    expect(events.first.locator(".kind")).to_have_text("spike")
    expect(page.locator("#view-list")).to_contain_text("2 points are flagged.")

    page.get_by_label("Of", exact=True).select_option("all")
    expect(events).to_have_count(len(answer["events"]["start"]))
    expect(events).to_have_count(3)
    expect(events.first.locator(".told b")).to_have_text("wild")
    expect(events.first.locator(".kind")).to_have_text("dip")
    shares = [int(text.split()[0]) for text in events.locator(".percent").all_inner_texts()]
    assert shares == sorted(shares, reverse=True)

    events.first.click()  # leads to the other series
    expect(page.locator("#shown")).to_have_value("wild")
    expect(page.locator("#plot .tooltip")).to_contain_text("below")
    expect(page.get_by_label("Of", exact=True)).to_have_value("all")


def test_the_axis_of_scores_names_only_what_it_reaches(page: Page) -> None:
    write = """async (all) => {
      const { stripOf } = await import("/static/js/threshold.js");
      return all.map((most) => stripOf([0.5, most])).map(({ ticks, scale }) => [ticks, scale.range[1]]);
    }"""
    told = page.evaluate(write, [1.2, 4.5, 17.0, 96.0, 4.2e7])
    assert [len(ticks) for ticks, _ in told] == [2, 3, 3, 3, 3]
    assert all(ticks == sorted(ticks) and ticks[-1] <= end for ticks, end in told)
    assert [ticks[2] for ticks, _ in told[1:]] == [4, 10, 90, 4e7]


def test_a_threshold_is_dragged_with_a_live_count_and_taken_over(page: Page) -> None:
    upload(page, "two.csv", two_series())
    page.locator("#tasks-detect").click()
    page.get_by_label("Detector", exact=True).select_option("band")
    page.get_by_label("Level", exact=True).fill("99.99")
    _, answer = asked(page)
    expect(page.locator("#plot .panel-title")).to_have_text("Score, 1.00 is the edge of normal")
    assert panel_pixels(page, "score")[1] > 100
    told = page.locator(".threshold .help")
    flagged = sum(answer["detection"]["is_anomaly"])
    expect(told).to_have_text(f"{flagged} points in 3 events would be flagged.")
    drag(page, 0.9)
    expect(told).to_have_text("1 point in 1 event would be flagged.")
    threshold = float(page.locator(".threshold output").inner_text())
    above = [score for score in answer["detection"]["score"] if score > threshold]
    assert len(above) == 1
    drag(page, 0.0)
    expect(told).not_to_contain_text("1 point in 1 event")
    drag(page, 0.9)
    page.get_by_role("button", name="Use this threshold").click()
    field = page.locator("#more-options [name=threshold]")
    expect(field).to_be_visible()
    assert float(field.input_value()) == pytest.approx(threshold, abs=0.01)
    body, again = asked(page)
    assert body["threshold"] == pytest.approx(threshold, abs=0.01)
    assert sum(again["detection"]["is_anomaly"]) == 1


def test_detectors_are_judged_by_a_column_of_labels(page: Page) -> None:
    upload(page, "two.csv", two_series())
    page.locator("#tasks-judge").click()
    page.get_by_label("Labels", exact=True).fill("bad")
    body, answer = asked(page)
    expect(page.get_by_label("bad", exact=True)).not_to_be_checked()
    assert body["labels"] == "bad"
    assert set(body["series"]) == {"unique_id", "ds", "y", "bad"}
    assert body["detectors"] == ["auto", "rolling_band", "band"]
    rows = page.locator("#view-list .ranking tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("Winner")
    expect(rows.first).to_have_attribute("data-model", answer["winner"])
    expect(page.locator("#legend")).to_contain_text("Labelled")
    told = page.locator(".threshold .help")
    expect(told).to_contain_text("3 of 3 events found, 0 false alarms.")
    drag(page, 1.0)
    expect(told).to_contain_text("0 of 3 events found")
    drag(page, 0.5)
    page.get_by_role("button", name="Use this threshold").click()
    expect(page.locator("#tasks-detect")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_label("Detector", exact=True)).to_have_value(answer["winner"])
    expect(page.locator("#more-options [name=threshold]")).not_to_have_value("1")


def test_labels_may_be_true_and_false(page: Page) -> None:
    text = two_series().replace(",0\n", ",False\n").replace(",1\n", ",True\n")
    upload(page, "two.csv", text.replace(",bad\n", ",is_anomaly\n"))
    page.locator("#tasks-judge").click()
    expect(page.get_by_label("Labels", exact=True)).to_have_value("is_anomaly")
    body, answer = asked(page)
    assert sum(body["series"]["is_anomaly"]) == 4
    assert answer["winner"]


def test_labels_are_never_what_explains_the_values(page: Page) -> None:
    upload(page, "two.csv", two_series())
    page.locator("#tasks-judge").click()
    page.get_by_label("Labels", exact=True).fill("bad")
    asked(page)
    code = page.locator("#code-python")
    expect(code).to_contain_text('exog=["bad"]')
    page.locator("#tasks-forecast").click()
    page.get_by_label("Forecaster", exact=True).select_option("naive")
    body, _ = asked(page)
    assert set(body["series"]) == {"unique_id", "ds", "y"}
    expect(code).not_to_contain_text("bad")
    page.get_by_label("bad", exact=True).check()
    body, _ = asked(page)
    assert "bad" in body["series"]


def feedback(page: Page, press: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The body that is sent when something is said, and the answer."""
    with page.expect_response(is_run) as response:
        press()
    assert response.value.status == 200, response.value.text()
    return json.loads(response.value.request.post_data or ""), response.value.json()


def test_an_event_that_is_said_to_be_normal_moves_the_threshold(page: Page) -> None:
    upload(page, "two.csv", two_series())
    page.locator("#tasks-detect").click()
    page.get_by_label("Detector", exact=True).select_option("band")
    page.get_by_label("Level", exact=True).fill("99.99")
    _, before = asked(page)
    events = page.locator("#view-list .event")
    expect(events).to_have_count(2)
    said = page.get_by_role("button", name="Say that 120 is normal")
    body, after = feedback(page, said.click)
    assert body["feedback"] == [
        {"unique_id": "calm", "start": 120, "end": 121, "is_anomaly": False}
    ]
    assert sum(after["detection"]["is_anomaly"]) < sum(before["detection"]["is_anomaly"])
    told = page.get_by_role("group", name="Feedback", exact=True)
    expect(told).to_contain_text("1 label of yours.")
    expect(told).to_contain_text("calm: by 1 label, the edge of normal is at a score of")
    left = [name for name in after["events"]["unique_id"] if name == "calm"]
    expect(events).to_have_count(len(left))

    body, again = feedback(page, page.get_by_role("button", name="Take all back").click)
    assert "feedback" not in body
    assert again["detection"]["is_anomaly"] == before["detection"]["is_anomaly"]
    expect(told).to_have_count(0)


def test_a_point_that_is_clicked_on_the_plot_can_be_said_to_be_an_anomaly(page: Page) -> None:
    upload(page, "one.csv", "y\n" + "\n".join(map(str, values(0, {60: 3.0}))) + "\n")
    page.locator("#tasks-detect").click()
    page.get_by_label("Detector", exact=True).select_option("band")
    page.get_by_label("Level", exact=True).fill("99.99")
    _, before = asked(page)
    assert not before["detection"]["is_anomaly"][60]
    expect(page.locator("#legend")).to_contain_text("Normal band")
    over = page.locator("#plot .u-over").first
    over.scroll_into_view_if_needed()
    box = over.bounding_box()
    assert box
    over.click(position={"x": box["width"] * 60 / 199, "y": box["height"] / 2})
    chosen = page.locator(".chosen-point")
    expect(chosen).to_contain_text("Chosen on the plot: 60,")
    body, after = feedback(page, chosen.get_by_role("button", name="is an anomaly").click)
    assert body["feedback"] == [{"start": 60, "is_anomaly": True}]
    assert after["detection"]["is_anomaly"][60]
    expect(chosen.get_by_role("button", name="is an anomaly")).to_have_attribute(
        "aria-pressed", "true"
    )


def test_the_part_of_each_column_in_an_anomaly_is_drawn(page: Page) -> None:
    random = np.random.default_rng(3)
    temp = random.normal(size=200)
    y = 100 - 2 * temp + 0.2 * random.normal(size=200)
    wind = random.normal(size=200)
    wind[77] += 14.0
    rows = zip(range(200), y, temp, wind, strict=True)
    lines = ["ds,y,temp,wind", *(f"{i},{a:.4f},{b:.4f},{c:.4f}" for i, a, b, c in rows)]
    upload(page, "columns.csv", "\n".join(lines) + "\n")
    for name in ("temp", "wind"):
        page.get_by_label(name, exact=True).check()
    page.locator("#tasks-detect").click()
    page.get_by_label("Detector", exact=True).select_option("multivariate")
    asked(page)
    first = page.locator("#view-list .events li").first
    parts = first.get_by_role("group", name="Part of each column")
    expect(parts.locator(".strength")).to_have_count(3)
    expect(parts.locator(".strength").first).to_contain_text("wind")
