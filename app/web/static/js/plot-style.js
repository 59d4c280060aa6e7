// How a panel becomes a chart: the data and options of uPlot, with colours from the style sheet.

import { sayNumber } from "./numbers.js";
import { tickLabels } from "./times.js";

export const sizeOf = (host) => ({ width: host.clientWidth, height: host.clientHeight });

/** Columns for uPlot: x, then low and high of each band, then lines, then marks. */
export function dataFor({ x, lines, bands, marks }) {
  return [
    x,
    ...bands.flatMap(({ low, high }) => [low, high]),
    ...lines.map(({ values }) => values),
    ...marks.map(({ values }) => values),
  ];
}

/** Options of a panel; `shared` holds the width of the widest axis of values, `sync` ties pointers together. */
export function optionsFor(panel, host, hooks, { shared, sync, isLast }) {
  const color = colorsOf(host);
  const { bands, lines, marks } = panel;
  const edge = { stroke: "transparent", width: 0, points: { show: false } };
  return {
    ...sizeOf(host),
    padding: [panel.title ? 22 : 14, 18, 0, 4],
    legend: { show: false },
    cursor: {
      y: false,
      points: { size: 7 },
      drag: { x: true, y: false, setScale: true },
      ...(sync && { sync: { key: sync, scales: ["x", null] } }),
    },
    scales: { x: { time: panel.time === "date" }, y: panel.scale ?? {} },
    series: [
      {},
      ...bands.flatMap(() => [edge, edge]),
      ...lines.map((line) => lineStyle(line, color)),
      ...marks.map((mark) => markStyle(mark, color)),
    ],
    bands: bands.map(({ key }, i) => ({
      series: [2 * i + 2, 2 * i + 1],
      fill: color(`--plot-${key ?? bandKey(i)}`),
    })),
    axes: [timeAxis(panel, color, isLast), valueAxis(panel, color, sync && shared)],
    hooks: {
      ...hooks,
      drawAxes: [
        (u) => drawBase(u, panel, color),
        (u) => panel.rules.forEach((rule) => drawRule(u, rule, color)),
      ],
    },
  };
}

/** The colour of each of several models; from the ninth on they come again. */
export const modelKey = (i) => `model-${(i % 8) + 1}`;

/** The first band is the widest; those inside it are darker. */
export const bandKey = (i) => (i > 0 ? "band-inner" : "band");

function colorsOf(host) {
  const style = getComputedStyle(host);
  return (name) => style.getPropertyValue(name).trim();
}

const WIDTHS = { series: 1.5, expected: 1, path: 1.2 };

function lineStyle({ key, width = WIDTHS[key] ?? 2 }, color) {
  const stroke = color(`--plot-${key}`);
  return {
    stroke,
    width,
    pxAlign: 0, // what rises slowly is no staircase
    dash: key === "expected" ? [4, 4] : undefined,
    points: key === "path" ? { show: false } : { size: 4, fill: stroke, stroke },
  };
}

function markStyle({ key, size = 11 }, color) {
  const stroke = color(`--plot-${key}`);
  return {
    stroke,
    paths: () => null,
    points: { show: true, size, width: 2.5, stroke, fill: color(`--plot-${key}-fill`) },
  };
}

function timeAxis({ time }, color, isLast) {
  const labels = time === "date" ? (u, ticks, axis, space, step) => tickLabels(ticks, step) : undefined;
  const none = (u, ticks) => ticks.map(() => "");
  return { ...axisStyle(color), values: isLast ? labels : none, space: 76, size: isLast ? 32 : 6 };
}

function valueAxis({ ticks }, color, shared) {
  const widest = (u, labels) => Math.max(36, ...(labels ?? []).map((label) => 7 * label.length + 18));
  const alike = (u, labels) => (shared.axis = Math.max(shared.axis, widest(u, labels)));
  return {
    ...axisStyle(color),
    size: shared ? alike : widest,
    space: shared ? 22 : 30,
    ...(ticks && { splits: () => ticks }),
    values: (u, ticks) => ticks.map(sayNumber),
  };
}

function axisStyle(color) {
  const grid = { stroke: color("--plot-grid"), width: 1 };
  return { stroke: color("--plot-axis"), grid, ticks: { ...grid, size: 5 }, font: "12px system-ui, sans-serif" };
}

/** A thin line at a time: where the history ends, where a series was cut or changed. */
function drawRule(u, { x, key }, color) {
  const at = Math.round(u.valToPos(x, "x", true));
  if (at < u.bbox.left || at > u.bbox.left + u.bbox.width) return;
  drawThin(u, [at + 0.5, u.bbox.top], [at + 0.5, u.bbox.top + u.bbox.height], color(`--plot-${key}`));
}

/** A thin line at the value from which a part counts, such as zero. */
function drawBase(u, { base }, color) {
  if (base === undefined || base < u.scales.y.min || base > u.scales.y.max) return;
  const at = Math.round(u.valToPos(base, "y", true));
  drawThin(u, [u.bbox.left, at + 0.5], [u.bbox.left + u.bbox.width, at + 0.5], color("--plot-now"));
}

/** Half a pixel beside the edge of one, a thin line is sharp. */
function drawThin(u, from, to, color) {
  u.ctx.save();
  u.ctx.strokeStyle = color;
  u.ctx.lineWidth = devicePixelRatio;
  u.ctx.setLineDash([3, 4]);
  u.ctx.beginPath();
  u.ctx.moveTo(...from);
  u.ctx.lineTo(...to);
  u.ctx.stroke();
  u.ctx.restore();
}
