// Below the plot: what came back in words and figures, the report of the data, and the call itself.

import { byId, el, fill } from "./dom.js";
import { writeCsv } from "./csv.js";
import { copy, download } from "./export.js";
import { sayProblem } from "./forms.js";
import { drawBar, drawEvents, drawTable } from "./lists.js";
import { sayNumber } from "./numbers.js";
import { drawOverview, hasOverview } from "./overview.js";
import { partOfRun } from "./plot-panel.js";
import { asSentence } from "./sentences.js";
import { taskOf } from "./tasks/index.js";
import { drawTabs } from "./tabs.js";
import { modelTitles } from "./titles.js";
import { drawTraining, trainingsOf } from "./training.js";
import { reworded, wordingOf } from "./wording.js";

const MANY = 5; // series of which an overview is what one sees first

/**
 * Start the panel; `onPoint(place)` is called when an entry is chosen, `onShow(id)` before it where that is of another
 * series, `onUse(task, name, params)` when a suggestion is taken, `onSet(options)` when options are, `onAsk(options)`
 * when a run with these is wanted, `call()` gives {curl(), python()}.
 */
export function startResultPanel(store, { call, ...actions }) {
  let tab = "list";
  let chosen = null; // by the person, until the data change
  const panels = ["overview", "list", "training", "report", "code"];
  const labels = () => [
    ...(hasOverview(store.get()) ? [{ id: "overview", label: `Series (${store.get().run.data.ids.length})` }] : []),
    { id: "list", label: listTitle(store.get()) },
    ...(trainingsOf(store.get()).length ? [{ id: "training", label: "Training" }] : []),
    { id: "report", label: reportTitle(store.get()) },
    { id: "code", label: "Use from code" },
  ];
  const choose = (id) => show((chosen = id));
  const show = (id) => {
    tab = id;
    drawTabs(byId("views"), labels(), tab, choose, (one) => `view-${one}`);
    panels.forEach((panel) => (byId(`view-${panel}`).hidden = panel !== tab));
  };
  store.on(["data"], () => (chosen = null));
  startDownloads(store);
  startCode(call);
  store.on(["chosen"], (state) => {
    if (state.chosen && taskOf(state.task).says) choose("list");
    fill(byId("view-list"), drawList(state, { ...actions, redraw: () => store.set({ chosen: { ...state.chosen } }) }));
  });
  store.on(["run", "shown", "data", "task"], (state) => {
    byId("details").hidden = !state.data;
    byId("downloads").hidden = !state.run;
    const redraw = () => fill(byId("view-list"), drawList(store.get(), { ...actions, redraw }));
    redraw();
    byId("download-more").hidden = !taskOf(state.task).moreTable;
    fill(byId("view-report"), drawReport(state));
    const trainings = trainingsOf(state);
    fill(byId("view-training"), trainings.length ? drawTraining(trainings) : null);
    const open = chosen ?? (hasOverview(state) && state.data.ids.length > MANY ? "overview" : "list");
    fill(byId("view-overview"), hasOverview(state) ? drawOverview(state, (shown) => store.set({ shown })) : null);
    const isThere = { overview: hasOverview(state), training: trainings.length > 0 }[open] ?? true;
    show(isThere ? open : "list");
  });
}

function reportTitle({ run }) {
  const count = (run?.answer.errors?.length ?? 0) + (run?.answer.warnings?.length ?? 0);
  return count ? `Report (${count})` : "Report";
}

function listTitle({ run, task }) {
  return taskOf(run?.task ?? task).listTitle;
}

/** A task lists its answer as columns, as events, or as elements of its own. */
function drawList({ run, shown, task, catalog, chosen }, actions) {
  if (!run) return el("p", { class: "empty" }, `Nothing yet. Press “${taskOf(task).action}”.`);
  const part = partOfRun(run, shown);
  const { list, listsAll } = taskOf(run.task);
  if (!part && !listsAll) return el("p", { class: "empty" }, "This series failed; the report says why.");
  const { answer, data, request, parts } = run;
  const point = chosen?.id === shown ? chosen.place : null;
  const more = { answer, request, parts, shown, catalog, point, history: data.byId.get(shown), time: data.time };
  const { columns, events, elements } = list(part, { ...actions, ...more });
  if (elements) return elements;
  return events ? drawEvents(events, actions.onPoint) : drawTable(columns);
}

function drawReport({ run, shown, data, catalog, openapi }) {
  if (!run)
    return el(
      "p",
      { class: "empty" },
      "After a run: what was sorted, filled or dropped, which model was fitted, and how long it took.",
    );
  const { series = [] } = run.answer;
  const write = wordingOf({ openapi, catalog, task: run.task });
  const found = data.ids.length === 1 ? series : series.filter(({ unique_id: id }) => String(id ?? "") === shown);
  return [
    ...notes("Errors", run.answer.errors, "error", write),
    ...notes("Warnings", run.answer.warnings, "warning", write),
    ...found.flatMap(({ model }) => drawChoice(model, catalog, write)),
    found.length
      ? el(
          "div",
          { class: "facts" },
          found.map((entry) => factGroup(entry.model ? "Model" : "Series", modelFacts(entry))),
          factGroup("Data", dataFacts(found[0])),
          factGroup("Run", runFacts(run)),
        )
      : null,
  ];
}

/** Why a model was taken, and what it is made of. */
function drawChoice(model, catalog, write) {
  const { why, candidates } = model?.details ?? {};
  const members = areMembers(candidates) ? candidates.map((one) => ({ ...one, title: memberTitle(one.name, catalog) })) : [];
  const told = members.reduce((text, { name, title }) => text.replaceAll(`'${name}'`, title), why ?? "");
  return [told ? el("p", { class: "verdict" }, asSentence(write(told))) : null, drawMembers(members)];
}

/** What a combination is made of: a bar for each member's weight, with its error on held-out values. */
function drawMembers(members) {
  if (!members.length) return null;
  const rows = [...members].sort((a, b) => b.weight - a.weight);
  return el(
    "section",
    { class: "members" },
    el("h3", {}, "Members"),
    rows.map(({ title, weight, rmse, about }) =>
      drawBar(title, weight, { about: isSame(about, title) ? null : about, note: sayError(rmse) }),
    ),
  );
}

/** Members of a few values, and those of an ensemble, have no error of their own. */
const sayError = (rmse) => (rmse === null || rmse === undefined ? "" : `error ${sayNumber(Number(rmse.toPrecision(4)))}`);

/** Whether candidates are weighed members, and not how many a search tried. */
const areMembers = (candidates) => Array.isArray(candidates) && candidates.every(({ weight }) => typeof weight === "number");

const isSame = (one, other) => one?.toLowerCase() === other.toLowerCase();

/** A member has the title of its model where the catalog has one; "ets_forms" is of the family of ETS. */
function memberTitle(name, catalog) {
  const titles = modelTitles(catalog, "forecaster");
  const [stem, ...rest] = name.split("_");
  return titles.get(name) ?? [titles.get(stem) ?? plain(stem), ...rest].join(" ");
}

function notes(title, list, kind, write) {
  if (!list?.length) return [];
  const shown = list.slice(0, 50);
  const more = list.length - shown.length;
  return [
    el("h3", {}, `${title} (${list.length})`),
    el("div", { class: `notes ${kind}` }, shown.map((one) => sayProblem(reworded(one, write))), more ? el("p", {}, `… and ${more} more`) : null),
  ];
}

function factGroup(title, facts) {
  const known = Object.entries(facts).filter(
    ([, value]) => value !== null && value !== undefined && value !== "",
  );
  return el(
    "section",
    {},
    el("h3", {}, title),
    el(
      "dl",
      {},
      known.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, sayFact(value)))),
    ),
  );
}

function sayFact(value) {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return sayNumber(value);
  if (Array.isArray(value)) return value.map(sayFact).join(", ") || "none";
  if (typeof value === "object" && value !== null) return value.title ?? value.name ?? sayFacts(value);
  return String(value ?? "–");
}

const sayFacts = (facts) =>
  Object.entries(facts)
    .map(([name, value]) => `${name} ${sayFact(value)}`)
    .join(", ");

function modelFacts({ model = {}, freq, fit_ms: fit, ...rest }) {
  const { season_length: _, ...params } = model.params ?? {};
  const { candidates, why: _choice, network, ...details } = undrawn(model.details);
  const tried = areMembers(candidates) ? null : candidates;
  const known = {
    Fitted: model.title,
    Name: model.name,
    Season: seasonOf(model),
    Frequency: freq,
    Intervals: rest.interval_method,
  };
  return { ...known, ...worded(params), ...worded({ ...details, candidates: tried }), ...worded(undrawn(network)), "Fit in ms": fit };
}

/** What is told of a model without what is drawn under Training. */
function undrawn({ training_loss: _losses, validation_loss: _held, uncertainty: _parts, ...details } = {}) {
  return details;
}

const seasonOf = ({ season_length: season }) => (Array.isArray(season) && !season.length ? "none" : season);

const DATA_WORDS = {
  rows: "Rows sent",
  used: "Points used",
  missing_filled: "Missing, filled",
  missing_dropped: "Missing, dropped",
  snapped: "Snapped to the grid",
  gaps: "Gaps",
  duplicates: "Duplicates",
  sorted: "Was sorted",
};

function dataFacts({ data_report: report = {} }) {
  return Object.fromEntries(
    Object.entries(report).map(([name, value]) => [DATA_WORDS[name] ?? plain(name), value]),
  );
}

function runFacts({ answer, took }) {
  return {
    "Server, ms": answer.timing_ms?.total,
    "Round trip, ms": Math.round(took),
    Device: answer.device,
    "Random state": answer.random_state,
    Request: answer.request_id,
  };
}

const plain = (name) => name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ");

function worded(params = {}) {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [plain(name), value]));
}

function startDownloads(store) {
  const stem = ({ run, source }) => `${source.name.replace(/\.[^.]*$/, "")}-${run.task}`;
  const csv = (id, tableOf, ending) =>
    byId(id).addEventListener("click", () => {
      const state = store.get();
      download(
        `${stem(state)}${ending}.csv`,
        writeCsv(state.run.answer[tableOf(taskOf(state.run.task))]),
        "text/csv",
      );
    });
  csv("download-csv", ({ table }) => table, "");
  csv("download-more", ({ moreTable }) => moreTable, "-scores");
  byId("download-json").addEventListener("click", () => {
    const state = store.get();
    download(`${stem(state)}.json`, JSON.stringify(state.run.answer, null, 1), "application/json");
  });
}

function startCode(call) {
  for (const language of ["curl", "python"]) {
    const button = byId(`copy-${language}`);
    button.addEventListener("click", async () => {
      try {
        await copy(call()[language]());
        button.textContent = "Copied";
      } catch {
        button.textContent = "Select and copy by hand";
      }
      setTimeout(() => (button.textContent = "Copy"), 2000);
    });
  }
}
