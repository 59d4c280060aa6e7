// The plot: lines, bands and marks over one axis of time. Drag zooms, a double click or 0 shows all again.

import { el, fill } from "./dom.js";
import { sayerFor } from "./numbers.js";
import { dataFor, optionsFor, sizeOf } from "./plot-style.js";
import { sayStamp } from "./times.js";

const { uPlot } = window;
const SNAP = 9; // pixels within which the pointer finds a mark

/** A plot inside `host`; `onZoom(zoomed)` and `onRead(text)` tell what the person does. */
export class Plot {
  constructor(host, { onZoom, onRead }) {
    Object.assign(this, { host, onZoom, onRead, chart: null, view: null });
    this.tooltip = el("div", { class: "tooltip", hidden: true });
    host.addEventListener("keydown", (event) => this.#onKey(event));
    new ResizeObserver(() => this.chart?.setSize(sizeOf(host))).observe(host);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.show(this.view));
  }

  /** Draw {x, ds, time, lines, bands, marks, now, focus}; null for nothing. */
  show(view) {
    this.chart?.destroy();
    this.chart = null;
    this.tooltip.hidden = true;
    this.view = view && { ...view, say: sayerFor(view.lines.map(({ values }) => values)) };
    if (!view?.x.length) return;
    const hooks = {
      setCursor: [() => this.#onCursor()],
      setScale: [(u, key) => key === "x" && this.#onScale(u)],
    };
    this.chart = new uPlot(optionsFor(view, this.host, hooks), dataFor(view), this.host);
    this.chart.over.append(this.tooltip);
    this.onZoom(false);
    if (view.focus) this.#range(...view.focus);
  }

  /** Show a part that is `factor` times as long, around the pointer if it is on the plot. */
  zoom(factor) {
    if (!this.chart) return;
    const { min, max } = this.chart.scales.x;
    const middle = this.view.x[this.chart.cursor.idx] ?? (min + max) / 2;
    const [first, last] = ends(this.view);
    this.#range(
      Math.max(first, middle - (middle - min) * factor),
      Math.min(last, middle + (max - middle) * factor),
    );
  }

  /** Show all again. */
  reset() {
    if (this.chart) this.#range(...ends(this.view));
  }

  /** Zoom to a point and tell of it. */
  point(place) {
    if (!this.chart) return;
    const { x } = this.view;
    const around = Math.max(8, Math.round(x.length / 16));
    this.#range(x[Math.max(0, place - around)], x[Math.min(x.length - 1, place + around)]);
    queueMicrotask(() => this.#moveTo(place)); // uPlot takes up the new range in a microtask
  }

  #range(min, max) {
    this.chart.setScale("x", { min, max });
  }

  #onKey(event) {
    const keys = {
      ArrowLeft: () => this.#step(-1),
      ArrowRight: () => this.#step(1),
      "+": () => this.zoom(0.5),
      "=": () => this.zoom(0.5),
      "-": () => this.zoom(2),
      0: () => this.reset(),
    };
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  }

  #step(by) {
    if (!this.chart) return;
    const count = this.view.x.length;
    const from = placeAt(this.chart, this.view) ?? (by > 0 ? -1 : count);
    this.#moveTo(Math.min(count - 1, Math.max(0, from + by)));
  }

  #moveTo(place) {
    this.chart.setCursor({
      left: this.chart.valToPos(this.view.x[place], "x"),
      top: this.chart.over.clientHeight / 3,
    });
    this.onRead(
      readings(this.view, place)
        .map(({ label, value }) => `${label} ${value}`.trim())
        .join(", "),
    );
  }

  #onCursor() {
    if (!this.chart) return;
    const place = placeAt(this.chart, this.view);
    this.tooltip.hidden = place === null;
    if (place === null) return;
    fill(this.tooltip, readings(this.view, place).map(sayReading));
    putTooltip(this.tooltip, this.chart, place);
  }

  #onScale(u) {
    const [first, last] = ends(this.view);
    const { min, max } = u.scales.x;
    this.onZoom(min > first || max < last);
  }
}

function ends({ x }) {
  return x.length > 1 ? [x[0], x[x.length - 1]] : [x[0] - 1, x[0] + 1];
}

/** The place that the pointer means: a mark if one is near, else the nearest point; null off the plot. */
function placeAt(u, { x, marks }) {
  const { left, idx } = u.cursor;
  if (left === undefined || left < 0 || idx === null || idx === undefined) return null;
  let best = idx;
  let nearest = SNAP;
  for (const { values } of marks) {
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
function readings({ ds, lines, bands, marks, say }, place) {
  const there = (values) => values[place] !== null && values[place] !== undefined;
  return [
    { label: sayStamp(ds[place]), value: "", key: "stamp" },
    ...lines
      .filter(({ values }) => there(values))
      .map(({ label, values, key }) => ({ label, key, value: say(values[place]) })),
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

function putTooltip(tooltip, u, place) {
  const at = u.valToPos(u.data[0][place], "x");
  const right = at > u.over.clientWidth / 2;
  tooltip.style.left = right ? "" : `${Math.round(at + 14)}px`;
  tooltip.style.right = right ? `${Math.round(u.over.clientWidth - at + 14)}px` : "";
}
