// Detectors: tried on series of which the anomalies are known, which of them finds these, and from which score on.

import { el } from "../dom.js";
import { scrolled } from "../lists.js";
import { counted, sayerFor } from "../numbers.js";
import { positions } from "../series.js";
import { drawThreshold, sayThreshold, stripOf } from "../threshold.js";
import { modelTitle } from "../titles.js";

const SCORES = {
  vus_pr: "VUS-PR",
  auc_pr: "AUC-PR",
  best_f1: "Best F1",
  event_recall: "Events found",
  nab: "NAB",
  false_alarms: "False alarms",
  threshold: "Threshold",
};

export const judge = {
  id: "judge",
  endpoint: "backtest",
  label: "Detectors",
  action: "Compare detectors",
  about: "Which detector finds the anomalies that you know of: name the column that has 1 for them and 0 for all else.",
  kind: "detector",
  chooser: "detectors",
  several: true,
  preset: ["auto", "rolling_band", "band"],
  table: "detection",
  moreTable: "scores",
  prints: ['answer.raw["threshold"]', 'answer.tables["scores"]', "answer.table"],
  listTitle: "Ranking",
  listsAll: true,
  least: 8,
  options: ["labels", "rank_by", "threshold_by", "season_length"],
  more: ["causal", "level"],

  /** The series with what is labelled, and what the winner flags by its threshold. */
  draw(history, part, time, { answer, catalog }) {
    const winner = modelTitle(catalog, "detector", answer.winner);
    const scores = part[columnOf(answer)] ?? part.ds.map(() => null);
    const marks = (wanted) => part.y.map((y, i) => (wanted(i) ? y : null));
    const reasons = part.ds.map((_, i) => (part.label[i] ? "labelled" : "not labelled"));
    const isFlagged = (i) => scores[i] !== null && scores[i] > answer.threshold;
    return {
      x: positions(part.ds, time, history.ds),
      ds: part.ds,
      lines: [{ key: "series", label: "Series", values: part.y }],
      marks: [
        { key: "change", label: "Labelled", values: marks((i) => part.label[i]), reasons, size: 18 }, // around what is flagged
        { key: "anomaly", label: `Flagged by ${winner}`, values: marks(isFlagged), reasons },
      ],
      strip: answer.winner && stripOf(scores, answer.threshold),
    };
  },

  list: (part, { answer, catalog, onUse }) => ({
    elements: [drawTried(answer, onUse), drawRanking(answer, catalog)].filter(Boolean),
  }),

  summary({ winner, threshold }, titleOf) {
    return winner ? `Winner: ${titleOf(winner)}, threshold ${sayThreshold(threshold)}` : "No winner";
  },

  note({ label }) {
    const count = label.filter(Boolean).length;
    return count ? `${count} labelled` : "";
  },
};

const columnOf = ({ ranking, winner }) => ranking.find(({ detector }) => detector === winner)?.column;

/** What the winner finds and raises for nothing with another threshold. */
function drawTried(answer, onUse) {
  const { detection: table, winner, threshold: at } = answer;
  if (!winner) return null;
  const scores = table[columnOf(answer)];
  const events = stretches(table.label, table.unique_id);
  const say = (threshold) => {
    const flags = scores.map((score) => score !== null && score > threshold);
    const found = events.filter((rows) => rows.some((row) => flags[row])).length;
    const hits = flags.filter((flag, i) => flag && table.label[i]).length;
    const beside = stretches(flags, table.unique_id).filter((rows) => !rows.some((row) => table.label[row]));
    return (
      `${counted(flags.filter(Boolean).length, "point")} flagged, ${hits.toLocaleString("en-GB")} of them labelled; ` +
      `${found} of ${counted(events.length, "event")} found, ${counted(beside.length, "false alarm")}.`
    );
  };
  const base = winner.replace(/_\d+$/, "");
  return drawThreshold({ scores, at, say, onUse: (threshold) => onUse("detect", base, { threshold }) });
}

/** The rows of each run of true within a series. */
function stretches(flags, ids) {
  const runs = [];
  flags.forEach((flag, i) => {
    if (!flag) return;
    const goesOn = i > 0 && flags[i - 1] && ids[i] === ids[i - 1];
    goesOn ? runs[runs.length - 1].push(i) : runs.push([i]);
  });
  return runs;
}

function drawRanking({ scores, ranking, winner, rank_by: by }, catalog) {
  const rows = [...scores.detector.keys()].filter((row) => scores.unique_id[row] === null);
  const of = new Map(rows.map((row) => [scores.detector[row], row]));
  const says = Object.fromEntries(Object.keys(SCORES).map((name) => [name, sayerFor([scores[name]], 4)]));
  const head = [
    el("th", { scope: "col" }, "Rank"),
    el("th", { scope: "col", class: "words" }, "Detector"),
    Object.entries(SCORES).map(([name, title]) =>
      el("th", { scope: "col", ...(name === by && { "aria-sort": "descending", class: "ranks" }) }, title),
    ),
  ];
  const body = ranking.map(({ rank, detector }) =>
    el(
      "tr",
      { class: detector === winner ? "winner" : "", "data-model": detector },
      el("td", {}, rank ?? "–"),
      el(
        "th",
        { scope: "row", class: "words" },
        modelTitle(catalog, "detector", detector),
        detector === winner ? el("b", { class: "badge" }, "★ Winner") : null,
      ),
      Object.keys(SCORES).map((name) => el("td", {}, of.has(detector) ? says[name](scores[name][of.get(detector)]) : "–")),
    ),
  );
  const series = new Set(scores.unique_id.filter((id) => id !== null)).size;
  return el(
    "div",
    {},
    scrolled("Ranking of the detectors", el("tr", {}, head.flat()), body, "ranking"),
    el(
      "p",
      { class: "help" },
      `Ranked by ${SCORES[by]} over ${series.toLocaleString("en-GB")} series; higher is better. ` +
        "With the threshold shown, a score above it is an anomaly.",
    ),
  );
}
