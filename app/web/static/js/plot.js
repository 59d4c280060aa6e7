// The plot: lines, bands and marks over one axis of time. Drag zooms, a double click or 0 shows all again.

import { el, fill } from "./dom.js";
import { sayNumber, sayerFor } from "./numbers.js";
import { sayStamp, tickLabels } from "./times.js";

const { uPlot } = window;
const SNAP = 9; // pixels within which the pointer finds a mark
/**
 * Make an empty plot inside `host`. `show(view)` draws {x, ds, time, lines, bands, marks, now, focus}; `point(place)`
 * zooms to a point and tells of it; `zoom(factor)` and `reset()` change the part that is shown.
 */
export function createPlot(host, { onZoom = () => {}, onRead = () => {} } = {}) {
  const tooltip = el("div", { class: "tooltip", hidden: true });
  let chart = null;
  let view = null;

  function show(next) {
    chart?.destroy();
    view = next && { ...next, say: sayerFor(next.lines.map(({ values }) => values)) };
    tooltip.hidden = true;
    if (!next || !next.x.length) {
      chart = null;
      return;
    }
    chart = new uPlot(optionsFor(next, host, { onCursor, onScale }), dataFor(next), host);
    chart.over.append(tooltip);
    onZoom(false);
    if (next.focus) range(...next.focus);
  }

  function onCursor(u) {
    const place = placeAt(u, view);
    tooltip.hidden = place === null;
    if (place === null) return;
    fill(tooltip, readings(view, place).map(sayReading));
    putTooltip(tooltip, u, place);
  }

  function onScale(u, key) {
    if (key === "x") onZoom(!coversAll(u, view));
  }

  function range(low, high) {
    chart?.setScale("x", { min: low, max: high });
  }

  function zoom(factor) {
    if (!chart) return;
    const { min, max } = chart.scales.x;
    const middle = chart.cursor.idx !== null && chart.cursor.idx !== undefined ? view.x[chart.cursor.idx] : (min + max) / 2;
    const [first, last] = ends(view);
    range(Math.max(first, middle - (middle - min) * factor), Math.min(last, middle + (max - middle) * factor));
  }

  function reset() {
    if (chart) range(...ends(view));
  }

  function point(place) {
    if (!chart) return;
    const around = Math.max(8, Math.round(view.x.length / 16));
    range(view.x[Math.max(0, place - around)], view.x[Math.min(view.x.length - 1, place + around)]);
    queueMicrotask(() => moveTo(place)); // uPlot takes up the new range in a microtask
  }

  function moveTo(place) {
    chart.setCursor({ left: chart.valToPos(view.x[place], "x"), top: chart.over.clientHeight / 3 });
    onRead(readings(view, place).map(({ label, value }) => `${label} ${value}`.trim()).join(", "));
  }

  function step(by) {
    if (!chart) return;
    const from = placeAt(chart, view) ?? (by > 0 ? -1 : view.x.length);
    moveTo(Math.min(view.x.length - 1, Math.max(0, from + by)));
  }

  const keys = { ArrowLeft: () => step(-1), ArrowRight: () => step(1), "+": () => zoom(0.5), "=": () => zoom(0.5), "-": () => zoom(2), 0: reset };
  host.addEventListener("keydown", (event) => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? null : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  new ResizeObserver(() => chart?.setSize(sizeOf(host))).observe(host);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => show(view));
  return { show, point, zoom, reset };
}

const sizeOf = (host) => ({ width: host.clientWidth, height: host.clientHeight });

function ends({ x }) {
  return x.length > 1 ? [x[0], x[x.length - 1]] : [x[0] - 1, x[0] + 1];
}

function coversAll(u, view) {
  const [first, last] = ends(view);
  const { min, max } = u.scales.x;
  return min === null || (min <= first && max >= last);
}

/** Columns for uPlot: x, then low and high of each band, then lines, then marks. */
function dataFor({ x, lines, bands, marks }) {
  return [x, ...bands.flatMap(({ low, high }) => [low, high]), ...lines.map(({ values }) => values), ...marks.map(({ values }) => values)];
}

function optionsFor(view, host, { onCursor, onScale }) {
  const color = colorsOf(host);
  const { bands, lines, marks } = view;
  const edge = { stroke: "transparent", width: 0, points: { show: false } };
  return {
    ...sizeOf(host),
    padding: [14, 18, 0, 4],
    legend: { show: false },
    cursor: { y: false, points: { size: 7 }, drag: { x: true, y: false, setScale: true } },
    scales: { x: { time: view.time === "date" } },
    series: [{}, ...bands.flatMap(() => [edge, edge]), ...lines.map((line) => lineStyle(line, color)), ...marks.map(() => markStyle(color))],
    bands: bands.map((_, i) => ({ series: [2 * i + 2, 2 * i + 1], fill: color(bands.length > 1 && i > 0 ? "--plot-band-inner" : "--plot-band") })),
    axes: [timeAxis(view, color), valueAxis(color)],
    hooks: { setCursor: [onCursor], setScale: [onScale], drawAxes: [(u) => drawNow(u, view, color)] },
  };
}

function colorsOf(host) {
  const style = getComputedStyle(host);
  return (name) => style.getPropertyValue(name).trim();
}

function lineStyle({ key }, color) {
  const stroke = color(`--plot-${key}`);
  const width = key === "series" ? 1.5 : key === "expected" ? 1 : 2;
  return { stroke, width, dash: key === "expected" ? [4, 4] : undefined, points: { size: 4, fill: stroke, stroke } };
}

function markStyle(color) {
  return { stroke: color("--plot-anomaly"), paths: () => null, points: { show: true, size: 11, width: 2.5, stroke: color("--plot-anomaly"), fill: color("--plot-anomaly-fill") } };
}

function timeAxis({ time }, color) {
  const labels = time === "date" ? (u, ticks, axis, space, step) => tickLabels(ticks, step) : undefined;
  return { ...axisStyle(color), values: labels, space: 76, size: 32 };
}

function valueAxis(color) {
  const widest = (u, labels) => Math.max(36, ...(labels ?? []).map((label) => 7 * label.length + 18));
  return { ...axisStyle(color), size: widest, values: (u, ticks) => ticks.map(sayNumber) };
}

function axisStyle(color) {
  const grid = { stroke: color("--plot-grid"), width: 1 };
  return { stroke: color("--plot-axis"), grid, ticks: { ...grid, size: 5 }, font: "12px system-ui, sans-serif" };
}

/** A thin line where the history ends. */
function drawNow(u, { now }, color) {
  if (now === undefined) return;
  const at = Math.round(u.valToPos(now, "x", true));
  if (at < u.bbox.left || at > u.bbox.left + u.bbox.width) return;
  u.ctx.save();
  u.ctx.strokeStyle = color("--plot-now");
  u.ctx.setLineDash([3, 4]);
  u.ctx.beginPath();
  u.ctx.moveTo(at, u.bbox.top);
  u.ctx.lineTo(at, u.bbox.top + u.bbox.height);
  u.ctx.stroke();
  u.ctx.restore();
}

/** The place that the pointer means: a mark if one is near, else the nearest point; null off the plot. */
function placeAt(u, { x, marks }) {
  const { left, idx } = u.cursor;
  if (left === undefined || left < 0 || idx === null || idx === undefined) return null;
  let best = idx;
  let nearest = SNAP;
  for (const { values } of marks) {
    for (let i = u.valToIdx(u.posToVal(left - SNAP, "x")); i < x.length && u.valToPos(x[i], "x") <= left + SNAP; i += 1) {
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
    ...lines.filter(({ values }) => there(values)).map(({ label, values, key }) => ({ label, key, value: say(values[place]) })),
    ...bands.filter(({ low }) => there(low)).map(({ label, low, high }) => ({ label, key: "band", value: `${say(low[place])} to ${say(high[place])}` })),
    ...marks.filter(({ values }) => there(values)).map(({ reasons }) => ({ label: "", key: "reason", value: reasons[place] ?? "" })),
  ];
}

function sayReading({ label, value, key }) {
  return el("p", { class: `reading ${key}` }, label ? el("span", { class: "what" }, label) : null, value ? el("span", { class: "figure" }, value) : null);
}

function putTooltip(tooltip, u, place) {
  const at = u.valToPos(u.data[0][place], "x");
  const right = at > u.over.clientWidth / 2;
  tooltip.style.left = right ? "" : `${Math.round(at + 14)}px`;
  tooltip.style.right = right ? `${Math.round(u.over.clientWidth - at + 14)}px` : "";
}
