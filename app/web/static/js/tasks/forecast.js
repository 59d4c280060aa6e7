// Forecast: which options it takes, and how its answer is drawn and listed.

import { positions } from "../series.js";
import { forecastingOptions, sharedOptions } from "./shared.js";

const BOUND = /^yhat_(lo|hi)_([\d.]+)$/;
const PATH = /^yhat_path_\d+$/;
const MOST_PATHS = 100;

export const forecast = {
  id: "forecast",
  label: "Forecast",
  action: "Forecast",
  path: "/v1/forecast",
  method: "forecast",
  kind: "forecaster",
  chooser: "model",
  table: "forecast",
  listTitle: "Forecast table",
  least: 3, // a horizon that suits is at most this part of the series
  options: {
    properties: {
      h: forecastingOptions.h,
      level: forecastingOptions.level,
      season_length: sharedOptions.season_length,
    },
  },
  moreOptions: {
    properties: {
      ...forecastingOptions.more,
      n_paths: {
        type: "integer",
        minimum: 0,
        maximum: 1000,
        title: "Simulated paths",
        default: 0,
        description: "Possible futures, drawn as thin lines; 0 to 1000.",
      },
      ...sharedOptions.more,
    },
  },

  /** Lines and bands of one series over its history. */
  draw(history, part, time) {
    const start = time === "order" ? history.x.length : 0;
    const x = positions(part.ds, time).map((at) => at + start);
    const offset = history.x.length;
    const pad = (values) => [...Array(offset).fill(null), ...values];
    const levels = levelsOf(part);
    const paths = Object.keys(part).filter((name) => PATH.test(name));
    const label = `Paths (${paths.length})`;
    return {
      x: [...history.x, ...x],
      ds: [...history.ds, ...part.ds],
      lines: [
        ...paths
          .slice(0, MOST_PATHS)
          .map((name) => ({ key: "path", label, values: pad(part[name]), told: null })),
        { key: "series", label: "Series", values: [...history.y, ...Array(x.length).fill(null)] },
        { key: "forecast", label: "Forecast", values: pad(part.yhat) },
      ],
      bands: levels.map((level) => ({
        label: `${level} %`,
        low: pad(part[`yhat_lo_${level}`]),
        high: pad(part[`yhat_hi_${level}`]),
      })),
      rules: [{ x: history.x[offset - 1], key: "now" }],
      focus: focusOf([...history.x, ...x], x.length),
    };
  },

  /** The whole table of one series; simulated paths are in the download. */
  list: (part) => ({ columns: columnsOf(part) }),

  summary(answer) {
    const steps = answer.forecast.ds?.length ?? 0;
    return `${steps} forecast values`;
  },
};

/** The end of a long series, so that the forecast can be seen; all of a short one. */
function focusOf(x, horizon) {
  const shown = Math.max(200, 8 * horizon);
  return x.length > 1.5 * shown ? [x[x.length - shown], x[x.length - 1]] : null;
}

/** Levels of the intervals in a table, widest first. */
function levelsOf(part) {
  const found = Object.keys(part)
    .map((name) => BOUND.exec(name))
    .filter(Boolean)
    .map((match) => match[2]);
  return [...new Set(found)].sort((a, b) => b - a);
}

function columnsOf(part) {
  const name = { ds: "Time", yhat: "Forecast" };
  const bound = (key) => key.replace(BOUND, (_, side, level) => `${level} % ${side === "lo" ? "low" : "high"}`);
  return Object.keys(part)
    .filter((key) => key !== "unique_id" && !PATH.test(key))
    .map((key) => ({ key, title: name[key] ?? bound(key), values: part[key] }));
}
