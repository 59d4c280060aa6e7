// Options that every task takes, as JSON Schema; the contract has their meaning.

export const sharedOptions = {
  season_length: {
    anyOf: [{ type: "integer", minimum: 1 }, { type: "array" }, { type: "null" }],
    title: "Season",
    default: null,
    description: "Observations per cycle; 1 for none; several as 24, 168.",
    blank: "detected",
  },
  more: {
    freq: {
      anyOf: [{ type: "string" }, { type: "integer" }],
      title: "Frequency",
      default: "auto",
      description: "A pandas alias (MS, D, h), an ISO 8601 duration, or a whole step.",
    },
    missing: {
      enum: ["interpolate", "ffill", "zero", "mean", "seasonal", "drop", "error"],
      title: "Missing values",
      default: "interpolate",
      description: "How gaps are filled.",
    },
    duplicates: {
      enum: ["error", "first", "last", "mean", "sum"],
      title: "Duplicate stamps",
      default: "error",
      description: "Which value stands for them.",
    },
  },
};
