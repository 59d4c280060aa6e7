// Detect: which options it takes, and how its answer is drawn and listed.

import { positions } from "../series.js";
import { sharedOptions } from "./shared.js";

export const detect = {
  id: "detect",
  label: "Anomalies",
  action: "Find anomalies",
  path: "/v1/detect",
  method: "detect",
  kind: "detector",
  chooser: "detector",
  table: "detection",
  listTitle: "Anomalies",
  options: {
    properties: {
      level: {
        type: "number",
        minimum: 0,
        maximum: 100,
        title: "Level",
        default: 99,
        description: "0 to 100: the higher, the fewer flags.",
      },
      direction: {
        enum: ["both", "above", "below"],
        title: "Direction",
        default: "both",
        description: "Which deviations count.",
      },
      season_length: sharedOptions.season_length,
    },
  },
  moreOptions: {
    properties: {
      causal: {
        type: "boolean",
        title: "Judge from the past alone",
        default: false,
        description: "Each point by what came before it, as in live use.",
      },
      sensitivity: {
        type: "number",
        minimum: 0,
        maximum: 100,
        nullable: true,
        title: "Sensitivity",
        default: null,
        description: "Instead of the level: 0 flags least, 100 most.",
        blank: "from the level",
      },
      detection_size: {
        type: "integer",
        minimum: 1,
        nullable: true,
        title: "Judge only the last",
        default: null,
        description: "Points.",
        blank: "all",
      },
      min_consecutive: {
        type: "integer",
        minimum: 1,
        title: "At least in a row",
        default: 1,
        description: "Shorter runs are not flagged.",
      },
      max_anomaly_ratio: {
        type: "number",
        minimum: 0,
        maximum: 1,
        title: "Largest share flagged",
        default: 1,
        description: "0 to 1; the strangest are kept.",
      },
      min_dev: {
        type: "number",
        minimum: 0,
        title: "Smallest deviation",
        default: 0,
        description: "In units of the values.",
      },
      min_rel_dev: {
        type: "number",
        minimum: 0,
        title: "Smallest relative deviation",
        default: 0,
        description: "As a share of the expected value: 0.1 is 10 %.",
      },
      ...sharedOptions.more,
    },
  },

  /** The series as it was judged, the expected band and the flagged points. */
  draw(history, part, time) {
    const values = (name) => part[name] ?? [];
    const has = (name) => values(name).some((value) => value !== null);
    return {
      x: positions(part.ds, time),
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
