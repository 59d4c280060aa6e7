// Forecast: which options it takes, and how its answer is drawn and listed.

import { bySeries } from "../groups.js";
import { counted } from "../numbers.js";
import { modelKey } from "../plot-style.js";
import { joinedAxis, positions } from "../series.js";
import { modelTitles } from "../titles.js";

const BOUND = /^yhat_(lo|hi)_([\d.]+)$/;
const QUANTILE = /^yhat_q_([\d.]+)$/;
const PATH = /^yhat(_.+)?_path_\d+$/;
const MOST_PATHS = 100;
const ABOUT_PARTS = new Set(["unique_id", "ds", "column"]);
const PART_COLOURS = { trend: "forecast", seasonal: "model-2", holidays: "model-3", regressor: "model-5" };

export const forecast = {
  id: "forecast",
  label: "Forecast",
  action: "Forecast",
  method: "forecast",
  kind: "forecaster",
  chooser: "model",
  table: "forecast",
  listTitle: "Forecast table",
  takesFuture: true,
  least: 3, // a horizon that suits is at most this part of the series
  options: ["h", "level", "season_length"],
  more: ["parts", "interval_method", "quantiles", "n_paths", "add_history", "models", "ensemble"],

  /** Lines and bands of one series over its history; below them a panel for each part of the forecast. */
  draw(history, part, time, { answer, catalog }) {
    const view = linesOf(history, part, time, { answer, catalog });
    const panels = panelsOf(view, part, { answer, catalog });
    return panels ? { ...view, panels, focus: focusOf(view.x, view.steps, 3, 0) } : view;
  },

  /** The whole table of one series; simulated paths are in the download. */
  list: (part, { catalog }) => ({ columns: columnsOf(part, catalog) }),

  overview: { by: ["Error, %", "Interval, ± %", "Change, %"], of: glance },

  summary({ forecast: { ds, is_history: isFitted } }) {
    const steps = ds.filter((_, row) => !isFitted?.[row]).length;
    return counted(steps, "forecast value");
  },
};

/** Lines and bands over the history; fitted values lie on it. */
function linesOf(history, part, time, { answer, catalog }) {
  const past = part.is_history?.filter(Boolean).length ?? 0;
  const start = time === "order" ? history.x.length - past : 0;
  const places = positions(part.ds, time, history.ds).map((at) => at + start);
  const { x, ds, y, place } = joinedAxis(history, places, part.ds);
  const paths = Object.keys(part).filter((name) => PATH.test(name));
  const columns = [...new Set(answer.series.map(({ column }) => column))].filter((name) => part[name]);
  const { middle, bands } = columns.length === 1 ? intervalsOf(part) : { middle: [], bands: [] };
  return {
    x,
    ds,
    place,
    steps: part.ds.length - past,
    lines: [
      ...paths.slice(0, MOST_PATHS).map((name) => ({
        key: "path",
        label: `Paths (${paths.length})`,
        values: place(part[name]),
        told: null,
      })),
      { key: "series", label: "Series", values: y },
      ...columns.map((name, i) => ({
        key: columns.length === 1 ? "forecast" : modelKey(i),
        label: columns.length === 1 ? "Forecast" : modelOf(name.replace("yhat_", ""), catalog),
        values: place(part[name]),
      })),
      ...middle.map((name) => ({ key: "expected", label: titleOf(name, catalog), values: place(part[name]) })),
    ],
    bands: bands.map(({ label, low, high }) => ({ label, low: place(part[low]), high: place(part[high]) })),
    rules: [{ x: history.x[history.x.length - 1], key: "now" }],
    focus: focusOf(x, part.ds.length - past),
  };
}

/** The forecast, and a panel for each of its parts: a line for every model that has it. */
function panelsOf({ lines, bands, rules, place }, part, { answer, catalog }) {
  const told = bySeries(answer.parts ?? {}).get(String(part.unique_id?.[0] ?? ""));
  if (!told) return null;
  const models = [...new Set(told.column)];
  const first = part.ds.length - told.ds.length / models.length; // behind the fitted values
  const valuesOf = (name, model) => {
    const values = told[name].filter((_, row) => told.column[row] === model);
    return [...Array(first).fill(null), ...values];
  };
  const names = Object.keys(told).filter((name) => !ABOUT_PARTS.has(name) && told[name].some((one) => one !== null));
  return [
    { title: "Forecast", lines, bands, rules },
    ...names.map((name) => ({
      title: sayPart(name),
      base: ["trend", "rest"].includes(name) ? undefined : 0,
      rules,
      lines: models.map((model, i) => ({
        key: models.length === 1 ? (PART_COLOURS[name.split("_")[0]] ?? "model-8") : modelKey(i),
        label: models.length === 1 ? sayPart(name) : `${sayPart(name)}, ${modelOf(model.replace("yhat_", ""), catalog)}`,
        values: place(valuesOf(name, model)),
        width: 1.5,
      })),
    })),
  ];
}

/** The name of a part in words: seasonal_7, regressor_price. */
function sayPart(name) {
  const [family, ...rest] = name.split("_");
  const told = rest.join(" ");
  if (family === "seasonal") return !told ? "Season" : /^\d+$/.test(told) ? `Season of ${told}` : `Season, ${told}`;
  return family === "regressor" ? `From ${name.slice(10)}` : `${family[0].toUpperCase()}${family.slice(1)}`;
}

/** A forecast in four figures; shares are of the level of as many values before it. */
function glance(part, { entry, history }) {
  const column = entry?.column && part[entry.column] ? entry.column : "yhat";
  const ahead = (name) => (part[name] ?? []).filter((value, row) => value !== null && !part.is_history?.[row]);
  const level = mean(history.y.slice(-ahead(column).length).filter((value) => value !== null).map(Math.abs));
  const share = (value) => (value === null || !level ? null : Number(((100 * value) / level).toPrecision(3)));
  const low = Object.keys(part).find((name) => BOUND.exec(name)?.[1] === "lo");
  const widths = low ? ahead(low.replace("lo", "hi")).map((high, i) => (high - ahead(low)[i]) / 2) : [];
  const forecast = mean(ahead(column));
  const before = mean(history.y.slice(-ahead(column).length).filter((value) => value !== null));
  return {
    Model: entry?.model?.title ?? null,
    "Forecast, mean": forecast === null ? null : Number(forecast.toPrecision(5)),
    "Change, %": forecast === null || before === null ? null : share(forecast - before),
    "Interval, ± %": share(mean(widths)),
    "Error, %": share(heldOut(entry?.model?.details?.candidates)),
  };
}

const mean = (values) => (values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null);

/** The error on held-out values of what a combination is made of, by weight; null where it is not known. */
function heldOut(members) {
  if (!Array.isArray(members)) return null;
  const known = members.filter(({ weight, rmse }) => weight > 0 && typeof rmse === "number");
  const weight = known.reduce((sum, one) => sum + one.weight, 0);
  return weight ? known.reduce((sum, one) => sum + one.weight * one.rmse, 0) / weight : null;
}

/** The end of a long series, so that the forecast can be seen, of `least` points or more; all of a short one. */
function focusOf(x, horizon, times = 8, least = 200) {
  const shown = Math.max(least, times * horizon);
  return x.length > 1.5 * shown ? [x[x.length - shown], x[x.length - 1]] : null;
}

/** What lies around the forecast, widest first: levels, or quantiles by pairs with the one in the middle. */
function intervalsOf(part) {
  const names = Object.keys(part);
  const levels = names.flatMap((name) => (BOUND.exec(name)?.[1] === "lo" ? [Number(BOUND.exec(name)[2])] : []));
  const quantiles = names
    .filter((name) => QUANTILE.test(name))
    .sort((a, b) => QUANTILE.exec(a)[1] - QUANTILE.exec(b)[1]);
  const pairs = quantiles.slice(0, Math.floor(quantiles.length / 2)).map((low, i) => {
    const high = quantiles[quantiles.length - 1 - i];
    return { label: `${QUANTILE.exec(low)[1]} to ${QUANTILE.exec(high)[1]}`, low, high };
  });
  return {
    middle: quantiles.slice(pairs.length, quantiles.length - pairs.length),
    bands: [
      ...levels
        .sort((a, b) => b - a)
        .map((level) => ({ label: `${level} %`, low: `yhat_lo_${level}`, high: `yhat_hi_${level}` })),
      ...pairs,
    ],
  };
}

function columnsOf(part, catalog) {
  return Object.keys(part)
    .filter((key) => !["unique_id", "is_history"].includes(key) && !PATH.test(key))
    .map((key) => ({ key, title: titleOf(key, catalog), values: part[key] }));
}

const COLUMN = /^yhat(?:_(.+?))??(?:_(lo|hi|q)_([\d.]+))?$/;

/** The head of a column: yhat_lo_80, yhat_q_0.1, yhat_ets, yhat_ets_lo_80. */
function titleOf(key, catalog) {
  const [, model, side, at] = COLUMN.exec(key) ?? [];
  const around = { lo: `${at} % low`, hi: `${at} % high`, q: `Quantile ${at}` }[side];
  if (key === "ds") return "Time";
  return [model && modelOf(model, catalog), around].filter(Boolean).join(", ") || (key === "yhat" ? "Forecast" : key);
}

/** The title of a model; one of several of the same name keeps its number. */
function modelOf(column, catalog) {
  const titles = modelTitles(catalog, "forecaster");
  const [, name, number] = /^(.+?)(_\d+)?$/.exec(column);
  return titles.get(column) ?? (titles.has(name) ? `${titles.get(name)} ${number.slice(1)}` : column);
}
