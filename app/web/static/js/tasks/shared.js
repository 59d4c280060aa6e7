// Options that several tasks take, as JSON Schema; the contract has their meaning.

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

/** What forecasting takes, ahead or of the known past. */
export const forecastingOptions = {
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
  more: {
    interval_method: {
      enum: ["auto", "parametric", "conformal", "bootstrap", "none"],
      title: "Interval method",
      default: "auto",
      description: "auto: the model's own where it has good ones, else conformal.",
    },
    transform: {
      enum: ["log", "log1p", "boxcox", "standard", "minmax", "robust", "difference"],
      nullable: true,
      title: "Transform",
      default: null,
      description: "Done before modelling, undone in the forecasts.",
      blank: "none",
    },
    holidays: {
      type: "string",
      nullable: true,
      title: "Holidays",
      default: null,
      description: "A country (DE, US) or own days (2024-12-24, 2024-12-31), for models that take regressors.",
      blank: "none",
      send: holidaysOf,
    },
    calendar: {
      type: "array",
      items: { enum: ["hour", "weekday", "weekend", "month", "day_of_year", "days", "working_days"] },
      title: "Calendar columns",
      default: [],
      description: "For models that take regressors.",
    },
  },
};

/** A country's calendar, or a list of days. */
function holidaysOf(text) {
  if (!text) return null;
  return /^\d/.test(text) ? text.split(/[,;\s]+/).filter(Boolean) : { country: text.toUpperCase() };
}
