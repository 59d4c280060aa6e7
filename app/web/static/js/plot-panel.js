// The series on the plot: before a run the data alone, after it what came back.

import { byId, el, fill } from "./dom.js";
import { bySeries } from "./groups.js";
import { Plot } from "./plot.js";
import { bandKey } from "./plot-style.js";
import { taskOf } from "./tasks/index.js";

/** Start the panel; returns its Plot. */
export function startPlotPanel(store) {
  const plot = new Plot(byId("plot"), {
    onZoom: (zoomed) => (byId("zoom-reset").disabled = !zoomed),
    onRead: (text) => (byId("readout").textContent = text),
    onChoose: (place) => store.set({ chosen: { id: store.get().shown, place } }),
  });
  byId("zoom-in").addEventListener("click", () => plot.zoom(0.5));
  byId("zoom-out").addEventListener("click", () => plot.zoom(2));
  byId("zoom-reset").addEventListener("click", () => plot.reset());
  const choose = byId("shown");
  choose.addEventListener("change", () => store.set({ shown: choose.value }));
  store.on(["data", "run", "shown", "hidden"], (state) => {
    const view = viewOf(state);
    byId("welcome").hidden = view !== null;
    byId("chart").hidden = view === null;
    drawChoice(choose, state);
    drawLegend(view, (id) => store.set({ hidden: toggled(state.hidden, id) }));
    plot.show(view);
  });
  return plot;
}

const toggled = (hidden, id) => (hidden.includes(id) ? hidden.filter((one) => one !== id) : [...hidden, id]);

function viewOf({ data, run, shown, hidden, catalog }) {
  if (!data || shown === null) return null;
  const history = data.byId.get(shown);
  const part = run && partOfRun(run, shown);
  if (!part)
    return {
      ...history,
      time: data.time,
      lines: [{ key: "series", label: "Series", values: history.y }],
    };
  const view = taskOf(run.task).draw(history, part, data.time, { answer: run.answer, hidden, catalog });
  return { ...view, time: data.time };
}

/** What an answer says of a series; null if the series failed. */
export function partOfRun(run, id) {
  const { table, parts = (answer) => bySeries(answer[table] ?? {}) } = taskOf(run.task);
  run.parts ??= parts(run.answer);
  return run.parts.get(id) ?? (run.data.ids.length === 1 ? ([...run.parts.values()][0] ?? null) : null);
}

function drawChoice(choose, { data, run, shown }) {
  byId("shown-field").hidden = !data || data.ids.length < 2;
  if (!data) return;
  fill(
    choose,
    data.ids.map((id) =>
      el("option", { value: id, selected: id === shown }, [id, noteOf(run, id)].filter(Boolean).join(" – ")),
    ),
  );
}

function noteOf(run, id) {
  if (!run) return "";
  const part = partOfRun(run, id);
  return part ? taskOf(run.task).note?.(part) : "failed";
}

/** What can be toggled is a button; the rest is told once per label. */
function drawLegend(view, onToggle) {
  const entries = view ? (view.legend ?? legendOf(view)) : [];
  const focused = document.activeElement?.dataset.toggle;
  const list = fill(
    byId("legend"),
    entries.map((entry) => el("li", {}, drawEntry(entry, onToggle))),
  );
  if (focused) list.querySelector(`[data-toggle="${CSS.escape(focused)}"]`)?.focus();
}

function legendOf({ lines = [], bands = [], marks = [] }) {
  const entries = [
    ...lines.map(({ key, label }) => ({ key, label })),
    ...bands.map(({ label }, i) => ({ key: bandKey(i), label })),
    ...marks.map(({ key, label }) => ({ key, label })),
  ];
  return entries.filter(({ label }, i) => entries.findIndex((one) => one.label === label) === i);
}

function drawEntry({ key, label, toggle, isOn, note }, onToggle) {
  const swatch = key ? el("i", { class: `swatch ${key}` }) : null;
  const text = [label, note ? el("b", {}, note) : null];
  if (!toggle) return [swatch, ...text];
  const attributes = { "data-toggle": toggle, "aria-pressed": String(isOn), onclick: () => onToggle(toggle) };
  return el("button", { type: "button", class: "toggle", ...attributes }, swatch, ...text);
}
