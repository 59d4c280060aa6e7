// How a network learned: both loss curves, the verdict in words, and the parts of its uncertainty.

import { el } from "./dom.js";
import { drawBar } from "./lists.js";
import { sayNumber } from "./numbers.js";
import { Plot } from "./plot.js";
import { asSentence } from "./sentences.js";

const CURVES = [
  { key: "model-1", name: "training_loss", label: "Training loss" },
  { key: "model-2", name: "validation_loss", label: "Validation loss" },
];
const PARTS = [
  ["model", "Network", "How its forecasts vary when parts of its head are dropped at random."],
  [
    "misspecification",
    "Unfamiliar window",
    "How they vary when features of the window are dropped at random.",
  ],
  ["noise", "Noise", "What remains of the errors on the held-back part."],
];
const NOTHING = 1e-9; // a share of the variance that is rounding
let chart = null; // one for the page, in whatever is drawn last

/** What the fitted models of a series tell of trainings, [{title, told}]; a detector tells of its network. */
export function trainingsOf({ run, shown }) {
  if (!run) return [];
  const { series = [] } = run.answer;
  const own = run.data.ids.length === 1 ? series : series.filter(({ unique_id: id }) => String(id ?? "") === shown);
  return own.flatMap(({ model }) => {
    const told = [model?.details, model?.details?.network].find((one) => one?.validation_loss?.length > 1);
    return told ? [{ title: model.title, told }] : [];
  });
}

/** Curves and verdict of the first training, its figures, and the parts of the uncertainty where these are known. */
export function drawTraining([{ title, told }]) {
  return [
    el("h3", {}, title),
    el("p", { class: "verdict" }, asSentence(told.why)),
    el(
      "ul",
      { class: "legend" },
      CURVES.map(({ key, label }) => el("li", {}, el("i", { class: `swatch ${key}` }), label)),
      told.best_epoch ? el("li", {}, `The weights of the best epoch, ${told.best_epoch}, are used.`) : null,
    ),
    drawCurves(told),
    told.uncertainty ? drawParts(told.uncertainty) : null,
  ];
}

function drawCurves(told) {
  chart ??= new Plot(
    el("div", { class: "plot losses", tabindex: 0, role: "group", "aria-label": "Losses of the training" }),
    { onZoom: () => {}, onRead: () => {} },
  );
  const x = told.validation_loss.map((_, epoch) => epoch);
  const view = {
    x,
    ds: x.map((epoch) => (epoch ? `Epoch ${epoch}` : "Before the training")),
    time: "order",
    lines: CURVES.map(({ key, name, label }) => ({ key, label, values: told[name] })),
    rules: told.best_epoch ? [{ x: told.best_epoch, key: "now" }] : [],
  };
  queueMicrotask(() => chart.show(view)); // once its frame is in the page, of which it takes the colours
  return chart.host;
}

/** A bar for each part, by its share of the variance of a step ahead. */
function drawParts(parts) {
  const total = PARTS.reduce((sum, [name]) => sum + (parts[name] ?? 0) ** 2, 0);
  return el(
    "section",
    { class: "members" },
    el("h3", {}, "Sources of uncertainty"),
    PARTS.map(([name, label, why]) => {
      const share = total ? (parts[name] ?? 0) ** 2 / total : 0;
      const size = share > NOTHING ? parts[name] : 0;
      return drawBar(label, share, { about: why, note: `± ${sayNumber(Number(size.toPrecision(3)))}` });
    }),
    el("p", { class: "help" }, "Shares of the variance; ± is one standard deviation, the mean of all steps ahead."),
  );
}
