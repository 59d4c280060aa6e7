// Forecast: which options it takes, and how its answer is drawn and listed.

import { positions } from "../series.js";
import { sharedOptions } from "./shared.js";

const BOUND = /^yhat_(lo|hi)_([\d.]+)$/;

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
  options: {
    properties: {
      h: {
        type: "integer",
        minimum: 1,
        title: "Horizon",
        default: null,
        required: true,
        description: "Steps ahead, 1 or more.",
        blank: " ",
      },
      level: {
        type: "array",
        title: "Intervals",
        default: [80, 95],
        description: "Coverage in percent.",
        blank: "none",
      },
      season_length: sharedOptions.season_length,
    },
  },
  moreOptions: { properties: { ...sharedOptions.more } },

  /** Lines and bands of one series over its history. */
  draw(history, part, time) {
    const start = time === "order" ? history.x.length : 0;
    const x = positions(part.ds, time).map((at) => at + start);
    const offset = history.x.length;
    const pad = (values) => [...Array(offset).fill(null), ...values];
    const levels = levelsOf(part);
    return {
      x: [...history.x, ...x],
      ds: [...history.ds, ...part.ds],
      lines: [
        { key: "series", label: "Series", values: [...history.y, ...Array(x.length).fill(null)] },
        { key: "forecast", label: "Forecast", values: pad(part.yhat) },
      ],
      bands: levels.map((level) => ({
        label: `${level} %`,
        low: pad(part[`yhat_lo_${level}`]),
        high: pad(part[`yhat_hi_${level}`]),
      })),
      marks: [],
      now: history.x[offset - 1],
      focus: focusOf([...history.x, ...x], x.length),
    };
  },

  /** The whole table of one series. */
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
    .filter((key) => key !== "unique_id")
    .map((key) => ({ key, title: name[key] ?? bound(key), values: part[key] }));
}
