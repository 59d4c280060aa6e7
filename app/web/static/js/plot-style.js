// How a view becomes a chart: the data and options of uPlot, with colours from the style sheet.

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

export function optionsFor(view, host, hooks) {
  const color = colorsOf(host);
  const { bands, lines, marks } = view;
  const edge = { stroke: "transparent", width: 0, points: { show: false } };
  return {
    ...sizeOf(host),
    padding: [14, 18, 0, 4],
    legend: { show: false },
    cursor: { y: false, points: { size: 7 }, drag: { x: true, y: false, setScale: true } },
    scales: { x: { time: view.time === "date" } },
    series: [
      {},
      ...bands.flatMap(() => [edge, edge]),
      ...lines.map((line) => lineStyle(line, color)),
      ...marks.map(() => markStyle(color)),
    ],
    bands: bands.map((_, i) => ({
      series: [2 * i + 2, 2 * i + 1],
      fill: color(bands.length > 1 && i > 0 ? "--plot-band-inner" : "--plot-band"),
    })),
    axes: [timeAxis(view, color), valueAxis(color)],
    hooks: { ...hooks, drawAxes: [(u) => drawNow(u, view, color)] },
  };
}

function colorsOf(host) {
  const style = getComputedStyle(host);
  return (name) => style.getPropertyValue(name).trim();
}

function lineStyle({ key }, color) {
  const stroke = color(`--plot-${key}`);
  const width = key === "series" ? 1.5 : key === "expected" ? 1 : 2;
  return {
    stroke,
    width,
    dash: key === "expected" ? [4, 4] : undefined,
    points: { size: 4, fill: stroke, stroke },
  };
}

function markStyle(color) {
  return {
    stroke: color("--plot-anomaly"),
    paths: () => null,
    points: {
      show: true,
      size: 11,
      width: 2.5,
      stroke: color("--plot-anomaly"),
      fill: color("--plot-anomaly-fill"),
    },
  };
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
