// Below the plot: the list of what came back, the report of the data, and the call itself.

import { byId, el, fill } from "./dom.js";
import { writeCsv } from "./csv.js";
import { copy, download } from "./export.js";
import { sayProblem } from "./forms.js";
import { sayNumber, sayerFor } from "./numbers.js";
import { partOfRun } from "./plot-panel.js";
import { taskOf } from "./tasks/index.js";
import { drawTabs } from "./tabs.js";
import { sayStamp } from "./times.js";

const MOST_ROWS = 500;

/** Start the panel; `onPoint(place)` is called when an entry is chosen, `call()` gives {curl(), python()}. */
export function startResultPanel(store, { onPoint, call }) {
  let tab = "list";
  const panels = ["list", "report", "code"];
  const labels = () => [
    { id: "list", label: listTitle(store.get()) },
    { id: "report", label: reportTitle(store.get()) },
    { id: "code", label: "Use from code" },
  ];
  const select = (id) => {
    tab = id;
    drawTabs(byId("views"), labels(), tab, select, (one) => `view-${one}`);
    panels.forEach((panel) => (byId(`view-${panel}`).hidden = panel !== tab));
  };
  startDownloads(store);
  startCode(call);
  store.on(["run", "shown", "data", "task"], (state) => {
    byId("details").hidden = !state.data;
    byId("downloads").hidden = !state.run;
    fill(byId("view-list"), drawList(state, onPoint));
    fill(byId("view-report"), drawReport(state));
    select(tab);
  });
}

function reportTitle({ run }) {
  const count = (run?.answer.errors?.length ?? 0) + (run?.answer.warnings?.length ?? 0);
  return count ? `Report (${count})` : "Report";
}

function listTitle({ run, task }) {
  return taskOf(run?.task ?? task).listTitle;
}

function drawList({ run, shown, task }, onPoint) {
  if (!run) return el("p", { class: "empty" }, `Nothing yet. Press “${taskOf(task).action}”.`);
  const part = partOfRun(run, shown);
  if (!part) return el("p", { class: "empty" }, "This series failed; the report says why.");
  const { columns, events } = taskOf(run.task).list(part);
  return events ? drawEvents(events, onPoint) : drawTable(columns);
}

function drawTable(columns) {
  const count = columns[0].values.length;
  const say = sayerFor(columns.filter(({ key }) => key !== "ds").map(({ values }) => values));
  const cell = ({ key, values }, i) =>
    key === "ds" ? el("th", { scope: "row" }, sayStamp(values[i])) : el("td", {}, say(values[i]));
  const rows = Array.from({ length: Math.min(count, MOST_ROWS) }, (_, i) =>
    el(
      "tr",
      {},
      columns.map((column) => cell(column, i)),
    ),
  );
  const head = el(
    "tr",
    {},
    columns.map(({ title }) => el("th", { scope: "col" }, title)),
  );
  return [
    el(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "Table" },
      el("table", {}, el("thead", {}, head), el("tbody", {}, rows)),
    ),
    count > MOST_ROWS
      ? el(
          "p",
          { class: "empty" },
          `The first ${MOST_ROWS} of ${count.toLocaleString("en-GB")} rows; the download has all.`,
        )
      : null,
  ];
}

function drawEvents(events, onPoint) {
  if (!events.length) return el("p", { class: "empty" }, "Nothing in this series is beyond the edge of normal.");
  const kept = [...events].sort(ORDERS.severity).slice(0, MOST_ROWS);
  const left = events.length - kept.length;
  const list = el("ul", { class: "events" });
  const draw = (order) =>
    fill(
      list,
      kept.sort(ORDERS[order]).map((event) => el("li", {}, drawEvent(event, onPoint))),
    );
  draw("severity");
  return [
    events.length > 1 ? drawOrder(draw) : null,
    list,
    left
      ? el(
          "p",
          { class: "empty" },
          `The ${MOST_ROWS} most severe; ${left.toLocaleString("en-GB")} more are in the download.`,
        )
      : null,
  ];
}

const ORDERS = {
  severity: (a, b) => b.severity - a.severity || a.place - b.place,
  time: (a, b) => a.place - b.place,
};

function drawOrder(draw) {
  const select = el(
    "select",
    { id: "order", onchange: () => draw(select.value) },
    el("option", { value: "severity" }, "strongest first"),
    el("option", { value: "time" }, "in time"),
  );
  return el("div", { class: "field inline order" }, el("label", { for: "order" }, "Order"), select);
}

function drawEvent({ place, ds, y, reason, severity, direction }, onPoint) {
  const side = { above: "▲", below: "▼" }[direction] ?? "●";
  const share = Math.round(100 * (severity ?? 0));
  return el(
    "button",
    { type: "button", class: "event", onclick: () => onPoint(place) },
    el("span", { class: "side", "aria-hidden": "true" }, side),
    el("span", { class: "when" }, sayStamp(ds)),
    el("span", { class: "figure" }, sayNumber(y)),
    el("span", { class: "why" }, reason ?? ""),
    el(
      "span",
      { class: "severity" },
      drawShare(share),
      el("span", { class: "offscreen" }, "severity"),
      el("span", { class: "percent" }, `${share} %`),
    ),
  );
}

function drawShare(percent) {
  const bar = el("i");
  bar.style.width = `${percent}%`;
  return el("span", { class: "share", "aria-hidden": "true" }, bar);
}

function drawReport({ run, shown, data }) {
  if (!run)
    return el(
      "p",
      { class: "empty" },
      "After a run: what was sorted, filled or dropped, which model was fitted, and how long it took.",
    );
  const found =
    run.answer.series?.find(({ unique_id: id }) => String(id ?? "") === shown) ??
    (data.ids.length === 1 ? run.answer.series?.[0] : null);
  return [
    ...notes("Errors", run.answer.errors, "error"),
    ...notes("Warnings", run.answer.warnings, "warning"),
    found
      ? el(
          "div",
          { class: "facts" },
          factGroup("Model", modelFacts(found)),
          factGroup("Data", dataFacts(found)),
          factGroup("Run", runFacts(run)),
        )
      : null,
  ];
}

function notes(title, list, kind) {
  if (!list?.length) return [];
  const shown = list.slice(0, 50);
  const more = list.length - shown.length;
  return [
    el("h3", {}, `${title} (${list.length})`),
    el("div", { class: `notes ${kind}` }, shown.map(sayProblem), more ? el("p", {}, `… and ${more} more`) : null),
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
  if (Array.isArray(value)) return value.map(sayFact).join(", ");
  if (typeof value === "object" && value !== null) return value.title ?? value.name ?? JSON.stringify(value);
  return String(value ?? "–");
}

function modelFacts({ model = {}, freq, fit_ms: fit, ...rest }) {
  const { season_length: _, ...params } = model.params ?? {};
  const known = {
    Fitted: model.title,
    Name: model.name,
    Season: seasonOf(model),
    Frequency: freq,
    Intervals: rest.interval_method,
  };
  return { ...known, ...worded(params), ...worded(model.details), "Fit in ms": fit };
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
  byId("download-csv").addEventListener("click", () => {
    const state = store.get();
    download(`${stem(state)}.csv`, writeCsv(state.run.answer[taskOf(state.run.task).table]), "text/csv");
  });
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
