// Detect: which options it takes, and how its answer is drawn and listed.

import { el } from "../dom.js";
import { drawFeedback, drawSay, drawSayPoint } from "../feedback.js";
import { drawBar, drawEvents } from "../lists.js";
import { counted } from "../numbers.js";
import { positions } from "../series.js";
import { countRuns, drawThreshold, stripOf } from "../threshold.js";
import { sayStamp } from "../times.js";

let scope = "one"; // whose anomalies are listed: of the series shown, or of all

export const detect = {
  id: "detect",
  label: "Anomalies",
  action: "Find anomalies",
  method: "detect",
  kind: "detector",
  chooser: "detector",
  table: "detection",
  listTitle: "Anomalies",
  says: true, // of a point that is clicked: whether it is an anomaly
  options: ["level", "direction", "season_length"],
  more: ["causal", "sensitivity", "threshold", "detection_size", "min_consecutive", "suppress_for", "max_anomaly_ratio", "min_dev", "min_rel_dev", "data_range"],

  /** The series as it was judged, the expected band and the flagged points. */
  draw(history, part, time) {
    const values = (name) => part[name] ?? [];
    const has = (name) => values(name).some((value) => value !== null);
    return {
      x: positions(part.ds, time, history.ds),
      ds: part.ds,
      lines: [
        { key: "series", label: "Series", values: part.y },
        has("yhat") && { key: "expected", label: "Expected", values: part.yhat },
      ].filter(Boolean),
      bands: has("yhat_lower") ? [{ label: "Normal band", low: part.yhat_lower, high: part.yhat_upper }] : [],
      marks: [
        {
          key: "anomaly",
          label: "Anomaly",
          values: part.y.map((y, i) => (part.is_anomaly[i] ? y : null)),
          reasons: part.reason,
          severity: part.severity,
        },
      ],
      strip: stripOf(part.score),
    };
  },

  /** The events of the series shown or of all, each leads to its peak on the plot; and the threshold to try. */
  list: (part, context) => ({ elements: listed(part, context) }),

  overview: {
    by: ["Severity"],
    of(part) {
      const rows = [...part.ds.keys()].filter((row) => part.is_anomaly[row]);
      const severity = rows.reduce((most, row) => Math.max(most, part.severity[row] ?? 0), 0);
      const last = rows.length ? sayStamp(part.ds[rows[rows.length - 1]]) : null;
      return { Anomalies: rows.length, Severity: rows.length ? Number(severity.toFixed(3)) : null, Last: last };
    },
  },

  summary(answer, parts) {
    const count = answer.detection.is_anomaly.filter(Boolean).length;
    const found = count ? counted(count, "anomaly", "anomalies") : "No anomalies";
    return `${found} in ${counted(answer.detection.ds.length, "point")}`;
  },

  /** What the choice of series says beside the id. */
  note(part) {
    const count = part.is_anomaly.filter(Boolean).length;
    return count ? `${count} flagged` : "";
  },
};

function listed(part, { answer, parts, shown, point, request, onPoint, onShow, onSet, onAsk, redraw }) {
  const many = parts.size > 1;
  const all = eventsOf(answer.events, parts, answer.series);
  const said = request.options.feedback ?? [];
  const onSay = (feedback) => onAsk({ feedback });
  const beside = (event) => [drawParts(event.parts), drawSay(event, said, { many, onSay })];
  const own = many ? all.filter(({ id }) => id === shown) : all;
  const isAll = many && scope === "all";
  const go = (place, { id }) => {
    if (many && id !== shown) onShow(id);
    onPoint(place);
  };
  return [
    drawTried(answer.detection, request.options.threshold ?? 1, onSet),
    drawFeedback(said, answer.warnings, onSay),
    point === null ? null : drawSayPoint(part, point, shown, said, { many, onSay }),
    many ? drawScope(own.length, all.length, redraw) : null,
    drawEvents(isAll ? all : own, go, { named: isAll, beside }),
  ].flat();
}

/** The events of an answer as a list of objects, each with its place in the part of its series. */
function eventsOf(table, parts, series) {
  const places = new Map([...parts].map(([id, { ds }]) => [id, new Map(ds.map((stamp, i) => [stamp, i]))]));
  const only = parts.size === 1 ? [...parts.keys()][0] : null;
  const told = new Map(series.map(({ unique_id: id, model }) => [only ?? String(id ?? ""), contributionsOf(model)]));
  return table.start.map((start, row) => {
    const id = only ?? String(table.unique_id[row] ?? "");
    const place = places.get(id).get(table.peak[row]);
    const why = parts.get(id).reason[place] ?? "";
    return {
      id,
      place,
      ds: table.peak[row],
      start,
      end: table.end[row],
      parts: told.get(id)?.get(place) ?? null,
      y: table.y[row],
      kind: table.kind[row].replaceAll("_", " "),
      reason: why,
      more: `${table.reason[row].replace(why, "").trim()}${spanOf(start, table.end[row])}`,
      severity: table.severity[row],
      direction: table.direction[row],
    };
  });
}

/** From when to when an event is, where it is more than a point. */
const spanOf = (start, end) => (start === end ? "" : ` From ${sayStamp(start)} to ${sayStamp(end)}.`);

/** What each column has to do with the strangest points, by their place: of a detector of several columns. */
function contributionsOf(model) {
  const told = model?.details?.contributions ?? [];
  return new Map(told.filter(({ parts }) => parts).map(({ point, parts }) => [point, parts]));
}

/** A bar for the part of each column in an event, the largest first. */
function drawParts(parts) {
  if (!parts) return null;
  const rows = Object.entries(parts).sort(([, a], [, b]) => b - a);
  return el(
    "div",
    { class: "members parts", role: "group", "aria-label": "Part of each column" },
    rows.map(([name, share]) => drawBar(name, share)),
  );
}

function drawScope(own, all, redraw) {
  const option = (value, text) => el("option", { value, selected: scope === value }, text);
  const choose = (event) => {
    scope = event.target.value;
    redraw();
    document.getElementById("scope")?.focus();
  };
  return el(
    "div",
    { class: "field inline order" },
    el("label", { for: "scope" }, "Of"),
    el("select", { id: "scope", onchange: choose }, [
      option("one", `this series (${own})`),
      option("all", `all series (${all})`),
    ]),
  );
}

/** What another threshold would flag: up to the edge what is flagged now, below it what is nearly strange too. */
function drawTried({ score, is_anomaly: flagged, unique_id: ids }, before, onSet) {
  const say = (threshold) => {
    const flags = score.map((one, i) => (threshold < 1 && one > threshold) || (flagged[i] && !(one <= threshold)));
    const count = flags.filter(Boolean).length;
    return `${counted(count, "point")} in ${counted(countRuns(flags, ids), "event")} would be flagged.`;
  };
  const onUse = (threshold) => onSet({ threshold: Number((before * threshold).toPrecision(4)) });
  return drawThreshold({ scores: score, say, onUse });
}
