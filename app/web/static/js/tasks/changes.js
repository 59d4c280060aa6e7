// Changes: which options it takes, and where level, trend or variance changed.

import { el } from "../dom.js";
import { counted, sayNumber } from "../numbers.js";
import { positions } from "../series.js";
import { sayStamp } from "../times.js";

export const changes = {
  id: "changepoints",
  label: "Changes",
  action: "Find changes",
  about:
    "Where the level, the trend or the variance of a series changed for good. Single odd points are anomalies, not changes.",
  table: "changes",
  prints: ["answer.table"],
  listTitle: "Changes",
  options: ["sensitivity", "season_length", "kinds"],
  more: ["min_size", "penalty"],

  /** A series without a change has no rows, but it has an answer. */
  parts: ({ series, changes: table }) =>
    new Map(series.map(({ unique_id: id }) => [String(id ?? ""), rowsOf(table, id)])),

  draw(history, part, time) {
    const found = placesOf(history, part, time);
    const reasons = history.x.map(() => null);
    found.forEach(
      (place, row) => (reasons[place] = [reasons[place], part.reason[row]].filter(Boolean).join("; ")),
    );
    return {
      ...history,
      lines: [{ key: "series", label: "Series", values: history.y }],
      marks: found.length
        ? [
            {
              key: "change",
              label: "Change",
              values: history.y.map((y, place) => (reasons[place] ? y : null)),
              reasons,
            },
          ]
        : [],
      rules: [...new Set(found)].map((place) => ({ x: history.x[place], key: "change" })),
    };
  },

  list(part, { onPoint, history, time }) {
    if (!part.ds.length)
      return { elements: el("p", { class: "empty" }, "Nothing changed for good in this series.") };
    const places = placesOf(history, part, time);
    const rows = part.ds.map((ds, row) =>
      el(
        "li",
        {},
        drawChange(part, row, () => onPoint(places[row])),
      ),
    );
    return { elements: el("ul", { class: "events" }, rows) };
  },

  overview: {
    by: ["Strongest, score"],
    of: ({ ds, score }) => ({ Changes: ds.length, "Strongest, score": ds.length ? Math.max(...score) : null }),
  },

  summary({ changes: { ds }, series }) {
    const of = series.length > 1 ? ` in ${counted(series.length, "series", "series")}` : "";
    return `${ds.length ? counted(ds.length, "change") : "No changes"}${of}`;
  },

  note: ({ ds }) => (ds.length ? `${ds.length} found` : ""),
};

function rowsOf(table, id) {
  const rows = [...table.unique_id.keys()].filter((row) => table.unique_id[row] === id);
  return Object.fromEntries(
    Object.entries(table).map(([name, values]) => [name, rows.map((row) => values[row])]),
  );
}

/** Where the changes lie in the history: by their stamps, or by their number where only the server can read these. */
function placesOf(history, part, time) {
  if (time === "order") return part.index;
  const last = history.x.length - 1;
  return positions(part.ds, time, history.ds).map((at) => {
    const place = history.x.findIndex((x) => x >= at);
    return place < 0 ? last : place;
  });
}

function drawChange({ ds, kind, before, after, score, reason }, row, onClick) {
  const arrow = after[row] > before[row] ? "▲" : "▼";
  return el(
    "button",
    { type: "button", class: "event change", onclick: onClick },
    el("span", { class: "side", "aria-hidden": "true" }, arrow),
    el("span", { class: "when" }, sayStamp(ds[row])),
    el("span", { class: "kind" }, kind[row]),
    el("span", { class: "why" }, reason[row]),
    el("span", { class: "severity" }, `score ${sayNumber(Number(score[row].toPrecision(3)))}`),
  );
}
