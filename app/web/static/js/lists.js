// What came back as a table, or as a list of points.

import { el, fill } from "./dom.js";
import { sayNumber, sayerFor } from "./numbers.js";
import { asSentence } from "./sentences.js";
import { sayStamp } from "./times.js";

export const MOST_ROWS = 500;

/** A table of columns {key, title, values}; the column `ds` names the rows. */
export function drawTable(columns) {
  const count = columns[0].values.length;
  const say = sayerFor(columns.filter(({ key }) => key !== "ds").map(({ values }) => values));
  const cell = ({ key, values }, i) =>
    key === "ds" ? el("th", { scope: "row" }, sayStamp(values[i])) : el("td", {}, say(values[i]));
  const rows = Array.from({ length: Math.min(count, MOST_ROWS) }, (_, i) =>
    el(
      "tr",
      {},
      columns.map((column) => cell(column, i)),
    ),
  );
  const head = el(
    "tr",
    {},
    columns.map(({ title }) => el("th", { scope: "col" }, title)),
  );
  return [
    scrolled("Table", head, rows),
    count > MOST_ROWS
      ? el(
          "p",
          { class: "empty" },
          `The first ${MOST_ROWS} of ${count.toLocaleString("en-GB")} rows; the download has all.`,
        )
      : null,
  ];
}

/** A table that scrolls within its frame. */
export function scrolled(label, head, rows, kind = null) {
  const table = el("table", { class: kind }, el("thead", {}, head), el("tbody", {}, rows));
  return el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label }, table);
}

/**
 * Events {id, place, ds, y, kind, reason, more, severity, direction} as buttons that lead to them; `named`: with the
 * name of their series. `onPoint(place, event)` is called for the one that is chosen; `beside(event)`: what stands
 * below it.
 */
export function drawEvents(events, onPoint, { named = false, beside = () => null } = {}) {
  if (!events.length)
    return el("p", { class: "empty" }, `Nothing in ${named ? "any" : "this"} series is beyond the edge of normal.`);
  const kept = [...events].sort(ORDERS.severity).slice(0, MOST_ROWS);
  const left = events.length - kept.length;
  const list = el("ul", { class: "events" });
  const draw = (order) =>
    fill(
      list,
      kept.sort(ORDERS[order]).map((event) => el("li", {}, drawEvent(event, onPoint, named), beside(event))),
    );
  draw("severity");
  return [
    events.length > 1 ? drawOrder(draw) : null,
    list,
    left
      ? el(
          "p",
          { class: "empty" },
          `The ${MOST_ROWS} most severe; ${left.toLocaleString("en-GB")} more are in the download.`,
        )
      : null,
  ];
}

const ORDERS = {
  severity: (a, b) => b.severity - a.severity || a.place - b.place,
  time: (a, b) => a.place - b.place,
};

function drawOrder(draw) {
  const select = el(
    "select",
    { id: "order", onchange: () => draw(select.value) },
    el("option", { value: "severity" }, "strongest first"),
    el("option", { value: "time" }, "in time"),
  );
  return el("div", { class: "field inline order" }, el("label", { for: "order" }, "Order"), select);
}

function drawEvent(event, onPoint, named) {
  const { id, place, ds, y, kind, reason, more, severity, direction } = event;
  const side = { above: "▲", below: "▼" }[direction] ?? "●";
  const share = Math.round(100 * (severity ?? 0));
  return el(
    "button",
    { type: "button", class: "event", onclick: () => onPoint(place, event) },
    el("span", { class: "side", "aria-hidden": "true" }, side),
    el("span", { class: "when" }, sayStamp(ds)),
    el("span", { class: "figure" }, sayNumber(y)),
    el("span", { class: "why" }, reason ?? ""),
    el(
      "span",
      { class: "severity" },
      drawShare(share),
      el("span", { class: "offscreen" }, "severity"),
      el("span", { class: "percent" }, `${share} %`),
    ),
    el("span", { class: "told" }, named ? el("b", {}, id) : null, el("i", { class: "kind" }, kind), more),
  );
}

/** A wide bar for a share from 0 to 1; the number stands beside it. */
function drawMeter(share) {
  const bar = el("i");
  bar.style.width = `${100 * share}%`;
  return el("span", { class: "meter", "aria-hidden": "true" }, bar);
}

/** A row of a name, a bar for its share and a figure; `note` stands behind, `about` below. */
export function drawBar(name, share, { figure = `${Math.round(100 * share)} %`, about, note } = {}) {
  return el(
    "div",
    { class: "strength" },
    el("span", {}, name),
    drawMeter(share),
    el("span", { class: "figure" }, figure),
    note === undefined ? null : el("span", { class: "help" }, note),
    about ? el("span", { class: "help about" }, asSentence(about)) : null,
  );
}

/** A bar for a share; the number stands beside it. */
function drawShare(percent) {
  const bar = el("i");
  bar.style.width = `${percent}%`;
  return el("span", { class: "share", "aria-hidden": "true" }, bar);
}
