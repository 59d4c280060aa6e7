// Timestamps in ISO 8601: placing them on the plot, saying them to people. Stamps without a zone are drawn as they are written.

const ISO =
  /^(\d{4})[-/](\d{2})(?:[-/](\d{2}))?(?:[T ](\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/;
const STEPS = [
  // seconds up to which the step is called so; a useful number of steps ahead
  [90, "by the minute", 60],
  [5400, "hourly", 48],
  [100000, "daily", 28],
  [700000, "weekly", 26],
  [2800000, "monthly", 12],
  [8100000, "quarterly", 8],
  [40000000, "yearly", 10],
];

/** Seconds since 1970 of an ISO 8601 stamp, NaN if it is not one. */
export function toSeconds(stamp) {
  const parts = ISO.exec(stamp);
  if (!parts) return NaN;
  const [, year, month, day = "01", hour = "00", minute = "00", second = "00", fraction = "", zone = "Z"] = parts;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}${withColon(zone)}`) / 1000;
}

const ZONE = /(:\d{2}(?:\.\d+)?)\s*(Z|[+-]\d{2}:?\d{2})$/;

export const hasZone = (stamp) => ZONE.test(stamp);

/** The same reading of the clock, wherever it hangs. */
export const withoutZone = (stamp) => String(stamp).replace(ZONE, "$1");

const withColon = (zone) => zone.replace(/^([+-]\d{2})(\d{2})$/, "$1:$2");

/** What the usual step between stamps is called and a horizon that suits it. */
export function stepOf(seconds) {
  const gaps = [];
  for (let i = 1; i < Math.min(seconds.length, 500); i += 1) gaps.push(seconds[i] - seconds[i - 1]);
  const usual = gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)];
  const found = STEPS.find(([longest]) => usual <= longest);
  return found ? { name: found[1], horizon: found[2] } : { name: null, horizon: 12 };
}

const MIDNIGHT = /[T ]00:00(:00(\.0+)?)?$/;

/** Stamps of days without the clock, where it stands at midnight in all of them. */
export const withoutMidnights = (stamps) =>
  stamps.every((stamp) => MIDNIGHT.test(stamp)) ? stamps.map((stamp) => stamp.replace(MIDNIGHT, "")) : stamps;

/** A stamp without what it does not need: no T, no empty seconds. */
export function sayStamp(stamp) {
  return String(stamp)
    .replace(/^(\d{4}-\d{2}-\d{2})T/, "$1 ")
    .replace(/( \d{2}:\d{2}):00(\.0+)?(?=$|[Z+-])/, "$1");
}

const format = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options });
const YEAR = format({ year: "numeric" });
const MONTH = format({ month: "short", year: "numeric" });
const DAY = format({ day: "numeric", month: "short" });
const CLOCK = format({ hour: "2-digit", minute: "2-digit" });

/** Labels of an axis whose ticks lie `step` seconds apart. */
export function tickLabels(ticks, step) {
  return ticks.map((tick) => tickFormat(tick, step).format(new Date(tick * 1000)));
}

function tickFormat(tick, step) {
  if (step >= 364 * 86400) return YEAR;
  if (step >= 27 * 86400) return MONTH;
  return step >= 86400 || tick % 86400 === 0 ? DAY : CLOCK;
}
