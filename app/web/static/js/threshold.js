// The threshold: a slider over the scores, and what it would flag, counted while it is dragged.

import { el, fill, freshId } from "./dom.js";

const STEPS = 400;
const LEAST = 0.2;
const ASINH = 4; // as uPlot counts its scales

/**
 * Draw the slider: `scores` of all points, null where there is none; `at` where it stands; `say(threshold)` the
 * count in words; `onUse(threshold)` takes it over.
 */
export function drawThreshold({ scores, at = 1, say, onUse }) {
  const most = scores.reduce((so, score) => Math.max(so, score ?? 0), 2 * Math.max(1, at));
  const [low, high] = [Math.log(Math.min(LEAST, at)), Math.log(Math.min(1.1 * most, 1e6))];
  const valueOf = () => Math.exp(low + (Number(slider.value) / STEPS) * (high - low));
  const id = freshId("threshold");
  let threshold = at;
  const slider = el("input", {
    type: "range",
    id,
    min: 0,
    max: STEPS,
    value: Math.round((STEPS * (Math.log(at) - low)) / (high - low)),
    oninput: () => show(valueOf()),
  });
  const output = el("output", { for: id, class: "figure" });
  const told = el("p", { class: "help", "aria-live": "polite" });
  const use = el("button", { type: "button", class: "plain", onclick: () => onUse(threshold) }, "Use this threshold");
  const show = (value) => {
    threshold = Number(value.toPrecision(4));
    slider.setAttribute("aria-valuetext", String(threshold));
    fill(output, sayThreshold(value));
    fill(told, say(threshold));
  };
  show(at);
  return el(
    "div",
    { class: "threshold", role: "group", "aria-label": "Threshold of the score" },
    el("label", { for: id }, "Threshold"),
    slider,
    output,
    use,
    told,
  );
}

export const sayThreshold = (value) => (value < 100 ? value.toPrecision(3) : value.toFixed(0));

/** The scores as a strip below the series, with the edge of normal; far beyond it they are drawn closer together. */
export function stripOf(scores, at = 1) {
  const edge = Number(at.toPrecision(3));
  const most = scores.reduce((so, score) => Math.max(so, score ?? 0), 1.5 * edge);
  return {
    title: `Score, ${sayThreshold(edge)} is the edge of normal`,
    base: edge,
    scale: { distr: ASINH, asinh: edge, range: [0, 1.1 * most] },
    ticks: [0, edge, ...(most > 4 * edge ? [roundedDown(most)] : [])],
    lines: [{ key: "score", label: "Score", values: scores, width: 1.5 }],
  };
}

/** A number with its first digit alone, which is within the axis where one that is rounded up may not be. */
function roundedDown(value) {
  const unit = 10 ** Math.floor(Math.log10(value));
  return unit * Math.floor(value / unit);
}

/** Runs of true in flags, each series by itself: how many there are. `ids`: to which series each belongs. */
export function countRuns(flags, ids) {
  let count = 0;
  flags.forEach((flag, i) => {
    if (flag && !(i > 0 && flags[i - 1] && ids[i] === ids[i - 1])) count += 1;
  });
  return count;
}

