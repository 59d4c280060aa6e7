// Profile: what a series is like, as a card, and which models suit it.

import { el } from "../dom.js";
import { drawBar, MOST_ROWS, scrolled } from "../lists.js";
import { counted, sayNumber } from "../numbers.js";
import { sayStamp } from "../times.js";
import { modelTitles } from "../titles.js";

const DEMAND = {
  smooth: "comes at every step, in similar sizes",
  erratic: "comes at every step, in very different sizes",
  intermittent: "comes now and then, in similar sizes",
  lumpy: "comes now and then, in very different sizes",
};
const AROUND = { level: "a level", trend: "a trend" };

export const profile = {
  id: "profile",
  label: "Profile",
  action: "Describe",
  about:
    "What the series is like: gaps, trend, seasons, stationarity, kind of demand, noise. And which models suit it, with reasons.",
  table: "profiles",
  prints: ["answer.table", 'answer.series[0]["profile"]["suggestions"]'],
  listTitle: "Profile",
  options: ["season_length"],

  /** The entry of a series with its row of the table. */
  parts: ({ series, profiles }) =>
    new Map(
      series.map((entry, row) => [
        String(entry.unique_id ?? ""),
        {
          ...entry,
          row: Object.fromEntries(Object.entries(profiles).map(([name, values]) => [name, values[row]])),
        },
      ]),
    ),

  draw: (history) => ({ ...history, lines: [{ key: "series", label: "Series", values: history.y }] }),

  list: (part, { onUse, catalog, answer }) => ({
    elements: [
      drawCard(part),
      drawSuggestions(part.profile, onUse, catalog),
      answer.series.length > 1 ? drawOverview(answer.profiles) : null,
    ],
  }),

  summary({ series }) {
    const described =
      series.length === 1 ? counted(series[0].profile.length, "value") : counted(series.length, "series", "series");
    return `${described} described`;
  },
};

function drawCard({ row, profile: found }) {
  return el(
    "div",
    { class: "facts profile" },
    group("Data", facts(dataOf(row, found))),
    group("Kind", ...kindOf(found)),
    group("Trend and season", ...strengthsOf(found)),
    group("Stationarity", ...stationarityOf(found.stationarity)),
  );
}

const group = (title, ...content) => el("section", {}, el("h3", {}, title), ...content);

function facts(known) {
  const rows = Object.entries(known).filter(([, value]) => value !== null && value !== undefined);
  return el(
    "dl",
    {},
    rows.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))),
  );
}

const yes = (flag) => (flag ? "yes" : "no");
const count = (number) => number.toLocaleString("en-GB");
const short = (number) => sayNumber(Number(number.toPrecision(5)));

function dataOf(row, { values }) {
  return {
    Frequency: frequencyOf(row.freq),
    From: sayStamp(row.start),
    To: sayStamp(row.end),
    Length: count(row.length),
    Missing: count(row.missing),
    Gaps: count(row.gaps),
    Duplicates: count(row.duplicates),
    Constant: yes(row.is_constant),
    Mean: short(values.mean),
    Deviation: short(values.deviation),
    Range: `${short(values.least)} to ${short(values.greatest)}`,
  };
}

const FREQUENCIES = [
  [/^min|^T/, "by the minute"],
  [/^h$/i, "hourly"],
  [/^D$/, "daily"],
  [/^B$/, "business days"],
  [/^W/, "weekly"],
  [/^(MS|ME|M)$/, "monthly"],
  [/^Q/, "quarterly"],
  [/^(Y|A)/, "yearly"],
];

function frequencyOf(freq) {
  if (typeof freq === "number") return `every ${freq}`;
  const word = FREQUENCIES.find(([alias]) => alias.test(freq))?.[1];
  return word ? `${word} (${freq})` : freq;
}

// --- trend and season ---

function strengthsOf({ strengths, seasons }) {
  const list = (found) => (found.length ? found.join(", ") : "none");
  const spectrum = seasons.spectrum.map(({ season_length: length, share }) => `${length} (${percent(share)})`);
  return [
    ...(strengths
      ? [
          bar("Trend", strengths.trend),
          ...strengths.seasons.map(({ season_length: length, strength }) => bar(`Season of ${length}`, strength)),
        ]
      : [el("p", { class: "empty" }, "Too short or constant to measure.")]),
    facts({
      "Seasons by F test": list(seasons.acf),
      "Seasons by spectrum": list(spectrum),
      "Swings grow with the level": strengths?.seasons.length ? yes(strengths.multiplicative) : null,
      Outliers: strengths ? `${count(strengths.outliers)} (${percent(strengths.outlier_share)})` : null,
    }),
  ];
}

const percent = (share) => `${sayNumber(Number((100 * share).toPrecision(2)))} %`;

/** A strength from 0 to 1 as a bar with its number. */
const bar = (title, strength) => (strength === null ? null : drawBar(title, strength, { figure: strength.toFixed(2) }));

// --- tests ---

function stationarityOf(found) {
  if (!found) return [el("p", { class: "empty" }, "Too short or constant to test.")];
  const [verdict, meaning] = found.reading.split(/:\s*/, 2);
  const tests = [...found.adf.map((test) => ["ADF", test]), ...found.kpss.map((test) => ["KPSS", test])];
  return [
    el("p", { class: "verdict" }, el("b", {}, verdict), meaning ? `: ${meaning}.` : null),
    facts(
      Object.fromEntries(
        tests.map(([name, { around, stationary, p_value: p }]) => [
          `${name} around ${AROUND[around]}`,
          `${stationary ? "stationary" : "not stationary"}, p ${sayP(p, name === "KPSS")}`,
        ]),
      ),
    ),
  ];
}

/** A p-value; the tables of KPSS end at 0.01 and 0.1. */
function sayP(p, isTabled = false) {
  if (isTabled && p <= 0.01) return "≤ 0.01";
  if (isTabled && p >= 0.1) return "≥ 0.10";
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}

function kindOf({ demand, noise, holt_winters: advice }) {
  return [
    el(
      "p",
      { class: "verdict" },
      el("b", {}, noise?.is_white_noise ? "may be noise" : "not noise"),
      noise
        ? `: Ljung-Box over ${noise.lags} lags, p ${sayP(noise.p_value)}.`
        : ": too short or constant to test.",
    ),
    demand
      ? el(
          "p",
          { class: "verdict" },
          el("b", {}, demand.demand_class),
          `: as demand it ${DEMAND[demand.demand_class] ?? ""} (interval ${demand.adi.toFixed(2)}, CV² ${demand.cv2.toFixed(2)}).`,
        )
      : el("p", { class: "verdict" }, el("b", {}, "not demand"), ": values below zero, or none above it."),
    el(
      "p",
      { class: "verdict" },
      el("b", {}, advice.is_candidate ? `Holt-Winters suits, ${advice.seasonal}` : "Holt-Winters does not suit"),
      `: ${advice.reason}.`,
    ),
  ];
}

// --- suggestions ---

function drawSuggestions({ suggestions }, onUse, catalog) {
  return el(
    "div",
    { class: "suggestions" },
    suggestionsFor("Forecast it with", suggestions.forecasters, "forecast", modelTitles(catalog, "forecaster"), onUse),
    suggestionsFor("Find anomalies with", suggestions.detectors, "detect", modelTitles(catalog, "detector"), onUse),
  );
}

function suggestionsFor(title, models, task, titles, onUse) {
  const titleOf = (name) => titles.get(name) ?? name;
  const draw = ({ name, reason, params }) =>
    el(
      "li",
      { "data-model": name },
      el("p", {}, el("b", {}, titleOf(name)), ` – ${reason}`),
      el(
        "button",
        {
          type: "button",
          class: "plain",
          "aria-label": `Use ${titleOf(name)} to ${task === "detect" ? "find anomalies" : "forecast"}`,
          onclick: () => onUse(task, name, params),
        },
        "Use this",
      ),
    );
  return el("section", {}, el("h3", {}, title), el("ul", { class: "suggested" }, models.map(draw)));
}

// --- several series ---

const OVERVIEW = {
  unique_id: "Series",
  freq: "Frequency",
  length: "Length",
  missing: "Missing",
  trend_strength: "Trend",
  seasonal_strength: "Season",
  season_length: "Of",
  stationarity: "Stationarity",
  demand_class: "Demand",
};

function drawOverview(profiles) {
  const names = Object.keys(OVERVIEW);
  const cell = (value) =>
    typeof value === "number" && !Number.isInteger(value) ? value.toFixed(2) : (value ?? "–");
  const rows = profiles.unique_id.slice(0, MOST_ROWS).map((id, row) =>
    el(
      "tr",
      {},
      names.map((name, i) => el(i ? "td" : "th", i ? {} : { scope: "row" }, String(cell(profiles[name][row])))),
    ),
  );
  const head = el(
    "tr",
    {},
    names.map((name) => el("th", { scope: "col" }, OVERVIEW[name])),
  );
  return el("details", { class: "folded" }, el("summary", {}, "All series"), scrolled("All series", head, rows));
}
