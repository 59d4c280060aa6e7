// The plot: panels of lines, bands and marks over one axis of time. Drag zooms, a double click or 0 shows all again.

import { el, fill } from "./dom.js";
import { sayerFor } from "./numbers.js";
import { dataFor, optionsFor, sizeOf } from "./plot-style.js";
import { sayStamp } from "./times.js";

const { uPlot } = window;
const SNAP = 9; // pixels within which the pointer finds a mark
const STILL = 4; // pixels within which a press that is let go is a click and no drag
const MOST_READINGS = 12;

/** A plot inside `host`; `onZoom(zoomed)` and `onRead(text)` tell what the person does. */
export class Plot {
  constructor(host, { onZoom, onRead, onChoose = () => {} }) {
    Object.assign(this, { host, onZoom, onRead, onChoose, charts: [], asked: null, view: null });
    this.tooltip = el("div", { class: "tooltip", hidden: true });
    host.addEventListener("keydown", (event) => this.#onKey(event));
    new ResizeObserver(() =>
      this.charts.forEach((chart) => chart.setSize(sizeOf(chart.root.parentNode))),
    ).observe(host);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.show(this.asked));
  }

  /**
   * Draw {x, ds, time, lines, bands, marks, rules, focus, strip}, or with `panels` [{title, lines, base}] one below
   * the other instead of lines; null for nothing. A `strip` is a low panel below the lines.
   * What is told of a line is `told`, its values unless given.
   */
  show(view) {
    this.charts.forEach((chart) => chart.destroy());
    this.charts = [];
    this.tooltip.hidden = true;
    this.asked = view;
    this.view = view && readable(view);
    fill(this.host);
    this.host.classList.toggle("stack", Boolean(view?.panels));
    this.host.classList.toggle("with-strip", Boolean(view?.strip));
    if (!view?.x.length) return;
    const shared = { axis: 0, sync: this.view.panels.length > 1 ? "panels" : null };
    for (const panel of this.view.panels) this.#draw(panel, shared);
    this.host.append(this.tooltip);
    this.onZoom(false);
    if (view.focus) this.#range(...view.focus);
  }

  #draw(panel, shared) {
    const { panels } = this.view;
    const isFirst = panel === panels[0];
    const place = el(
      "div",
      { class: "panel" },
      panel.title ? el("p", { class: "panel-title" }, panel.title) : null,
    );
    this.host.append(place);
    const hooks = {
      setCursor: isFirst ? [() => this.#onCursor()] : [],
      setScale: [(u, key) => key === "x" && this.#onScale(u)],
    };
    const isLast = panel === panels[panels.length - 1];
    const whole = { ...panel, x: this.view.x, time: this.view.time };
    const chart = new uPlot(optionsFor(whole, place, hooks, { ...shared, shared, isLast }), dataFor(whole), place);
    this.charts.push(chart);
    this.#listen(chart);
  }

  /** A press that is let go where it began chooses the point that the pointer means. */
  #listen(chart) {
    let pressed = null;
    chart.over.addEventListener("mousedown", ({ clientX }) => (pressed = clientX));
    chart.over.addEventListener("mouseup", ({ clientX }) => {
      if (pressed !== null && Math.abs(clientX - pressed) < STILL) this.#choose();
      pressed = null;
    });
  }

  #choose() {
    const place = this.charts.length ? placeAt(this.charts[0], this.view) : null;
    if (place !== null) this.onChoose(place);
  }

  /** Show a part that is `factor` times as long, around the pointer if it is on the plot. */
  zoom(factor) {
    const [chart] = this.charts;
    if (!chart) return;
    const { min, max } = chart.scales.x;
    const middle = this.view.x[chart.cursor.idx] ?? (min + max) / 2;
    const [first, last] = ends(this.view);
    this.#range(
      Math.max(first, middle - (middle - min) * factor),
      Math.min(last, middle + (max - middle) * factor),
    );
  }

  /** Show all again. */
  reset() {
    if (this.charts.length) this.#range(...ends(this.view));
  }

  /** Zoom to a point and tell of it. */
  point(place) {
    if (!this.charts.length) return;
    const { x } = this.view;
    const around = Math.max(8, Math.round(x.length / 16));
    this.#range(x[Math.max(0, place - around)], x[Math.min(x.length - 1, place + around)]);
    queueMicrotask(() => this.#moveTo(place)); // uPlot takes up the new range in a microtask
  }

  #range(min, max) {
    this.charts.forEach((chart) => chart.setScale("x", { min, max }));
  }

  #onKey(event) {
    const keys = {
      ArrowLeft: () => this.#step(-1),
      ArrowRight: () => this.#step(1),
      "+": () => this.zoom(0.5),
      "=": () => this.zoom(0.5),
      "-": () => this.zoom(2),
      0: () => this.reset(),
      Enter: () => this.#choose(),
    };
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  }

  #step(by) {
    if (!this.charts.length) return;
    const count = this.view.x.length;
    const from = placeAt(this.charts[0], this.view) ?? (by > 0 ? -1 : count);
    this.#moveTo(Math.min(count - 1, Math.max(0, from + by)));
  }

  #moveTo(place) {
    for (const chart of this.charts)
      chart.setCursor({ left: chart.valToPos(this.view.x[place], "x"), top: chart.over.clientHeight / 3 });
    this.onRead(
      readings(this.view, place)
        .map(({ label, value }) => `${label} ${value}`.trim())
        .join(", "),
    );
  }

  #onCursor() {
    const [chart] = this.charts;
    if (!chart) return;
    const place = placeAt(chart, this.view);
    this.tooltip.hidden = place === null;
    if (place === null) return;
    fill(this.tooltip, readings(this.view, place).map(sayReading));
    this.#putTooltip(chart, place);
  }

  #putTooltip(chart, place) {
    const over = chart.over.getBoundingClientRect();
    const host = this.host.getBoundingClientRect();
    const at = over.left - host.left + chart.valToPos(chart.data[0][place], "x");
    const right = at > over.left - host.left + over.width / 2;
    this.tooltip.style.left = right ? "" : `${Math.round(at + 14)}px`;
    this.tooltip.style.right = right ? `${Math.round(host.width - at + 14)}px` : "";
  }

  /** What one panel shows, all show. */
  #onScale(u) {
    const [first, last] = ends(this.view);
    const { min, max } = u.scales.x;
    this.onZoom(min > first || max < last);
    for (const { scales, setScale } of this.charts)
      if (scales !== u.scales && (scales.x.min !== min || scales.x.max !== max)) setScale("x", { min, max });
    queueMicrotask(() => this.#align());
  }

  /** Once the widest axis is known, all get its width, so that times lie below each other. */
  #align() {
    const lefts = this.charts.map(({ bbox }) => bbox.left);
    if (lefts.some((left) => left !== lefts[0])) this.charts.forEach((chart) => chart.redraw(false, true));
  }
}

/** The view with panels, and for each line how its numbers are said. */
function readable(view) {
  const { lines = [], bands = [], marks = [], rules = [], strip } = view;
  const drawn = view.panels ?? [{ lines, bands, marks, rules }, ...(strip ? [strip] : [])];
  const panels = drawn.map((panel) => ({
    ...{ bands: [], marks: [], rules: [], ...panel },
    say: sayerFor(panel.lines.map(({ values }) => values)),
  }));
  return { ...view, panels };
}

function ends({ x }) {
  return x.length > 1 ? [x[0], x[x.length - 1]] : [x[0] - 1, x[0] + 1];
}

/** The place that the pointer means: a mark if one is near, else the nearest point; null off the plot. */
function placeAt(u, { x, panels }) {
  const { left, idx } = u.cursor;
  if (left === undefined || left < 0 || idx === null || idx === undefined) return null;
  let best = idx;
  let nearest = SNAP;
  for (const { values } of panels.flatMap(({ marks }) => marks)) {
    for (
      let i = u.valToIdx(u.posToVal(left - SNAP, "x"));
      i < x.length && u.valToPos(x[i], "x") <= left + SNAP;
      i += 1
    ) {
      const distance = Math.abs(u.valToPos(x[i], "x") - left);
      if (values[i] !== null && values[i] !== undefined && distance < nearest) [best, nearest] = [i, distance];
    }
  }
  return best;
}

/** What is to be told of a place: {label, value, key}. */
function readings({ ds, panels }, place) {
  const told = panels.flatMap((panel) => readPanel(panel, place));
  const more = told.length - MOST_READINGS;
  return [
    { label: sayStamp(ds[place]), value: "", key: "stamp" },
    ...told.slice(0, MOST_READINGS),
    ...(more > 0 ? [{ label: `and ${more} more`, value: "", key: "more" }] : []),
  ];
}

function readPanel({ lines, bands, marks, say }, place) {
  const there = (values) => values[place] !== null && values[place] !== undefined;
  return [
    ...lines
      .filter(({ values, told = values }) => told && there(told))
      .map(({ label, key, values, told = values }) => ({ label, key, value: say(told[place]) })),
    ...bands
      .filter(({ low }) => there(low))
      .map(({ label, low, high }) => ({
        label,
        key: "band",
        value: `${say(low[place])} to ${say(high[place])}`,
      })),
    ...marks
      .filter(({ values }) => there(values))
      .map(({ reasons }) => ({ label: "", key: "reason", value: reasons[place] ?? "" })),
  ];
}

function sayReading({ label, value, key }) {
  return el(
    "p",
    { class: `reading ${key}` },
    label ? el("span", { class: "what" }, label) : null,
    value ? el("span", { class: "figure" }, value) : null,
  );
}
