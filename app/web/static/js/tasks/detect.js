// Detect: which options it takes, and how its answer is drawn and listed.

import { positions } from "../series.js";
import { sayStamp } from "../times.js";

export const detect = {
  id: "detect",
  label: "Anomalies",
  action: "Find anomalies",
  method: "detect",
  kind: "detector",
  chooser: "detector",
  table: "detection",
  listTitle: "Anomalies",
  options: ["level", "direction", "season_length"],
  more: ["causal", "sensitivity", "detection_size", "min_consecutive", "suppress_for", "max_anomaly_ratio", "min_dev", "min_rel_dev", "data_range"],

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
    };
  },

  /** The flagged points alone; each leads to its place on the plot. */
  list: (part) => ({ events: flagged(part) }),

  overview: {
    by: ["Severity"],
    of(part) {
      const events = flagged(part);
      const severity = events.reduce((most, event) => Math.max(most, event.severity ?? 0), 0);
      const last = events.length ? sayStamp(events[events.length - 1].ds) : null;
      return { Anomalies: events.length, Severity: events.length ? Number(severity.toFixed(3)) : null, Last: last };
    },
  },

  summary(answer, parts) {
    const count = answer.detection.is_anomaly.filter(Boolean).length;
    const points = answer.detection.ds.length.toLocaleString("en-GB");
    return `${count || "No"} ${count === 1 ? "anomaly" : "anomalies"} in ${points} points`;
  },

  /** What the choice of series says beside the id. */
  note(part) {
    const count = part.is_anomaly.filter(Boolean).length;
    return count ? `${count} flagged` : "";
  },
};

function flagged(part) {
  return part.ds.flatMap((ds, place) =>
    part.is_anomaly[place]
      ? [
          {
            place,
            ds,
            y: part.y[place],
            reason: part.reason[place],
            severity: part.severity[place],
            direction: part.direction[place],
          },
        ]
      : [],
  );
}
