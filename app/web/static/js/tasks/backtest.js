// Backtest: which options it takes, how the forecasts of the known past are drawn, and how the models compare.

import { el } from "../dom.js";
import { MOST_ROWS, scrolled } from "../lists.js";
import { counted, sayerFor, sayNumber } from "../numbers.js";
import { bandKey, modelKey } from "../plot-style.js";
import { joinedAxis, positions } from "../series.js";
import { modelTitle } from "../titles.js";

const SCORES = {
  mase: "MASE",
  smape: "sMAPE",
  rmse: "RMSE",
  mae: "MAE",
  mse: "MSE",
  mape: "MAPE",
  rmsse: "RMSSE",
  crps: "CRPS",
};
const USUAL = ["mase", "smape", "rmse"];
const MOST_RULES = 12;

export const backtest = {
  id: "backtest",
  label: "Backtest",
  action: "Compare models",
  kind: "forecaster",
  chooser: "models",
  several: true,
  preset: ["auto", "ets", "theta", "seasonal_naive"],
  table: "forecast",
  moreTable: "scores",
  prints: ['answer.raw["winner"]', 'answer.tables["scores"]', "answer.table"],
  listTitle: "Ranking",
  listsAll: true,
  least: 8,
  options: ["h", "n_windows", "rank_by", "level", "season_length"],
  more: ["mode", "step_size", "refit", "interval_method", "quantiles", "ensemble"],

  /** The series and, per cutoff, what each model said would come; the intervals of a model that is shown alone. */
  draw(history, part, time, { answer, hidden, catalog }) {
    const own =
      time === "order" ? ordered(part.ds, history.x.length) : positions(part.ds, time, history.ds);
    const axis = joinedAxis(history, own, part.ds);
    const models = modelsOf(answer, catalog);
    const shown = models.filter(({ column }) => !hidden.includes(column) && part[column]);
    const windows = windowsOf(part);
    const tracks = tracksOf(windows, axis);
    const spread = (values, rows) => axis.place(values, rows.flat());
    const linesOf = ({ column, label, key, isWinner }) =>
      tracks.map((rows, i) => ({
        key,
        label,
        width: isWinner ? 2.5 : 1.5,
        values: spread(part[column], rows),
        told: i === 0 ? spread(part[column], windows) : null, // of several the newest
      }));
    const bands = shown.length === 1 ? bandsOf(part, shown[0].column) : [];
    return {
      x: axis.x,
      ds: axis.ds,
      lines: [{ key: "series", label: "Actual", values: axis.y }, ...shown.flatMap(linesOf)],
      bands: bands.flatMap(({ label, low, high }, i) =>
        tracks.map((rows) => ({ key: bandKey(i), label, low: spread(low, rows), high: spread(high, rows) })),
      ),
      rules: (windows.length > MOST_RULES ? windows.slice(0, 1) : windows).map((rows) => ({
        x: axis.x[Math.max(0, axis.at(rows[0]) - 1)],
        key: "now",
      })),
      focus: focusOf(axis, windows),
      legend: [
        { key: "series", label: "Actual" },
        ...models.map(({ column, label, key, isWinner }) => ({
          key,
          label,
          toggle: column,
          isOn: !hidden.includes(column),
          note: isWinner ? "★ winner" : null,
        })),
        ...bands.map(({ label }, i) => ({ key: bandKey(i), label })),
      ],
    };
  },

  list: (part, { answer, catalog, shown }) => ({ elements: compare(answer, catalog, shown) }),

  overview: { by: ["Score"], of: (part, context) => bestOf(context) },

  summary({ winner, rank_by: by, ranking }, titleOf) {
    return winner ? `Winner: ${titleOf(winner)}, ${SCORES[by]} ${sayNumber(rounded(ranking[0].score))}` : "No winner";
  },
};

/** The best model of a series, and by how much the choice of the others would be worse. */
function bestOf({ id, answer: { scores, rank_by: by }, catalog }) {
  const rows = [...scores.unique_id.keys()].filter((row) => String(scores.unique_id[row] ?? "") === id && scores[by][row] !== null);
  if (!rows.length) return {};
  const best = rows.reduce((so, row) => (scores[by][row] < scores[by][so] ? row : so));
  return { Best: modelTitle(catalog, "forecaster", scores.model[best]), Score: rounded(scores[by][best]) };
}

const rounded = (value) => (value === null ? null : Number(value.toPrecision(4)));

/** The models in the order of the request, each with its column, colour and name. */
function modelsOf({ ranking, forecast, winner }, catalog) {
  const columns = Object.keys(forecast);
  return [...ranking]
    .sort((a, b) => columns.indexOf(a.column) - columns.indexOf(b.column))
    .map(({ model, column }, i) => ({
      model,
      column,
      label: modelTitle(catalog, "forecaster", model),
      key: modelKey(i),
      isWinner: model === winner,
    }));
}

// --- the plot ---

/** Stamps that only the server can read: the windows end with the series. */
function ordered(ds, length) {
  const known = [...new Set(ds)];
  return ds.map((stamp) => length - known.length + known.indexOf(stamp));
}

/** The rows of each cutoff, in order. */
function windowsOf(part) {
  const windows = new Map();
  part.cutoff.forEach((cutoff, row) =>
    windows.has(cutoff) ? windows.get(cutoff).push(row) : windows.set(cutoff, [row]),
  );
  return [...windows.values()];
}

/** Windows by lines that can be drawn without touching each other; single steps make one line. */
function tracksOf(windows, { at }) {
  const horizon = windows[0].length;
  const step = windows.length > 1 ? Math.max(1, at(windows[1][0]) - at(windows[0][0])) : horizon + 1;
  const count = horizon === 1 ? 1 : Math.min(windows.length, Math.floor(horizon / step) + 1);
  return Array.from({ length: count }, (_, track) => windows.filter((_, i) => i % count === track));
}

function bandsOf(part, column) {
  return Object.keys(part)
    .filter((name) => name.startsWith(`${column}_lo_`))
    .map((name) => Number(name.slice(column.length + 4)))
    .sort((a, b) => b - a)
    .map((level) => ({
      label: `${level} %`,
      low: part[`${column}_lo_${level}`],
      high: part[`${column}_hi_${level}`],
    }));
}

/** The windows with as much again twice before them, where the series is longer. */
function focusOf({ x, at }, windows) {
  const first = at(windows[0][0]);
  const from = first - Math.max(24, 2 * (x.length - first));
  return from > x.length / 8 ? [x[from], x[x.length - 1]] : null;
}

// --- the ranking ---

function compare(answer, catalog, shown) {
  const { scores, ranking, winner, rank_by: by } = answer;
  const models = new Map(modelsOf(answer, catalog).map((one) => [one.model, one]));
  const overall = new Map(rowsWhere(scores, (id) => id === null).map((row) => [scores.model[row], row]));
  const count = new Set(scores.unique_id.filter((id) => id !== null)).size;
  const columns = columnsOf(scores, by);
  const head = [
    el("th", { scope: "col" }, "Rank"),
    el("th", { scope: "col", class: "words" }, "Model"),
    ...columns.map(({ title, isRanking }) =>
      el(
        "th",
        { scope: "col", ...(isRanking && { "aria-sort": "ascending", class: "ranks" }) },
        title,
        isRanking ? " ↑" : "",
      ),
    ),
    count > 1 ? el("th", { scope: "col" }, "Best in") : null,
  ].filter(Boolean);
  const say = sayerFor([scores[by]], 4);
  const rows = ranking.map(({ rank, model, score, wins, n_series: of }) =>
    el(
      "tr",
      { class: model === winner ? "winner" : "", "data-model": model },
      el("td", {}, rank ?? "–"),
      el(
        "th",
        { scope: "row", class: "words" },
        el("i", { class: `swatch ${models.get(model).key}`, "aria-hidden": "true" }),
        models.get(model).label,
        model === winner
          ? el("b", { class: "badge" }, "★ Winner")
          : rank === 1
            ? el("b", {}, " equal first")
            : null,
      ),
      // What ranks is over the series that all models have a score of.
      columns.map(({ isRanking, cell }) => el("td", {}, isRanking ? say(score) : cell(overall.get(model)))),
      count > 1 ? el("td", {}, `${wins} of ${of}`) : null,
    ),
  );
  return [
    scrolled("Ranking of the models", el("tr", {}, head), rows, "ranking"),
    el("p", { class: "help" }, explain(answer, count, columns)),
    count > 1 ? each(scores, columns, models, shown) : null,
  ];
}

const rowsWhere = ({ unique_id: ids }, wanted) => [...ids.keys()].filter((row) => wanted(ids[row]));

/** What is told of a model: scores, then coverage and width per level. */
function columnsOf(scores, by) {
  const names = [...(USUAL.includes(by) ? [] : [by]), ...USUAL];
  const levels = Object.keys(scores)
    .filter((name) => name.startsWith("coverage_"))
    .map((name) => Number(name.slice(9)));
  const figures = (name) => {
    const say = sayerFor([scores[name]], 4);
    return (row) => (row === undefined ? "–" : say(scores[name][row]));
  };
  return [
    ...names.map((name) => ({ title: SCORES[name], isRanking: name === by, cell: figures(name) })),
    ...levels.map((level) => ({ title: `${level} % interval`, cell: intervals(scores, level) })),
  ];
}

/** How much of what came lies inside an interval, how far that is from what was asked, and the mean width. */
function intervals(scores, level) {
  const coverage = scores[`coverage_${level}`];
  const widths = scores[`width_${level}`];
  const say = sayerFor([widths], 4);
  return (row) => {
    if (row === undefined || coverage[row] === null) return "–";
    const off = 100 * coverage[row] - level;
    const gap = `${off < 0 ? "−" : "+"}${Math.abs(off).toFixed(Math.abs(off) < 9.95 ? 1 : 0)}`;
    return [
      `${(100 * coverage[row]).toFixed(1)} % `,
      el("span", { class: Math.abs(off) > 5 ? "gap far" : "gap", title: `${gap} points from ${level} %` }, gap),
      el("span", { class: "width" }, `width ${say(widths[row])}`),
    ];
  };
}

function explain({ scores, forecast, rank_by: by, ranking }, count, columns) {
  const own = forecast.cutoff.filter((_, row) => forecast.unique_id[row] === forecast.unique_id[0]);
  const cutoffs = new Set(own).size;
  const compared = Math.min(...ranking.map(({ n_series: of }) => of));
  const of = count > 1 ? `${counted(compared, "series", "series")}, ` : "";
  const points = counted(Math.max(...scores.n_points), "point");
  return [
    `Ranked by ${SCORES[by]} over ${of}${counted(cutoffs, "cutoff")}, ${points}; lower is better.`,
    compared < count
      ? `Not every model has all ${count} series: the other columns are over those that it has.`
      : "",
    "MASE below 1: smaller errors than the seasonal naive forecast made in the training part.",
    columns.some(({ title }) => title.endsWith("interval"))
      ? "Intervals: the share of actual values inside, its distance from the level asked for, and the mean width."
      : "",
  ]
    .filter(Boolean)
    .join(" ");
}

/** The same for every series, drawn when it is asked for. */
function each(scores, columns, models, shown) {
  const box = el("details", { class: "folded" }, el("summary", {}, "Scores of each series"));
  box.addEventListener("toggle", () => {
    if (!box.open || box.children.length > 1) return;
    const first = (row) => (String(scores.unique_id[row]) === shown ? 0 : 1);
    const rows = rowsWhere(scores, (id) => id !== null).sort((a, b) => first(a) - first(b));
    const head = ["Series", "Rank", "Model", ...columns.map(({ title }) => title)];
    const cells = (row) => [
      el("th", { scope: "row" }, scores.unique_id[row]),
      el("td", {}, scores.rank[row] ?? "–"),
      el(
        "td",
        { class: "words" },
        models.get(scores.model[row]).label,
        scores.rank[row] === 1 ? el("b", { class: "badge" }, "★ Best") : null,
      ),
      ...columns.map(({ cell }) => el("td", {}, cell(row))),
    ];
    const draw = (row) => el("tr", { class: scores.rank[row] === 1 ? "winner" : "" }, cells(row));
    const titled = head.map((title) =>
      el("th", { scope: "col", class: title === "Model" ? "words" : null }, title),
    );
    box.append(
      scrolled("Scores of each series", el("tr", {}, titled), rows.slice(0, MOST_ROWS).map(draw), "ranking"),
    );
    if (rows.length > MOST_ROWS)
      box.append(
        el("p", { class: "empty" }, `The first ${MOST_ROWS} of ${rows.length} rows; the scores as CSV have all.`),
      );
  });
  return box;
}
