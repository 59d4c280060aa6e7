// The series on the plot: before a run the data alone, after it what came back.

import { byId, el, fill } from "./dom.js";
import { bySeries } from "./groups.js";
import { Plot } from "./plot.js";
import { taskOf } from "./tasks/index.js";

/** Start the panel; returns its Plot. */
export function startPlotPanel(store) {
  const plot = new Plot(byId("plot"), {
    onZoom: (zoomed) => (byId("zoom-reset").disabled = !zoomed),
    onRead: (text) => (byId("readout").textContent = text),
  });
  byId("zoom-in").addEventListener("click", () => plot.zoom(0.5));
  byId("zoom-out").addEventListener("click", () => plot.zoom(2));
  byId("zoom-reset").addEventListener("click", () => plot.reset());
  const choose = byId("shown");
  choose.addEventListener("change", () => store.set({ shown: choose.value }));
  store.on(["data", "run", "shown"], (state) => {
    const view = viewOf(state);
    byId("welcome").hidden = view !== null;
    byId("chart").hidden = view === null;
    drawChoice(choose, state);
    drawLegend(view);
    plot.show(view);
  });
  return plot;
}

function viewOf({ data, run, shown }) {
  if (!data || shown === null) return null;
  const history = data.byId.get(shown);
  const part = run && partOfRun(run, shown);
  if (!part)
    return {
      ...history,
      time: data.time,
      lines: [{ key: "series", label: "Series", values: history.y }],
      bands: [],
      marks: [],
    };
  const view = taskOf(run.task).draw(history, part, data.time);
  return { ...view, time: data.time };
}

/** The rows of a series in an answer; null if the series failed. */
export function partOfRun(run, id) {
  run.parts ??= bySeries(run.answer[taskOf(run.task).table] ?? {});
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

function drawLegend(view) {
  const entries = view
    ? [
        ...view.lines.map(({ key, label }) => [key, label]),
        ...view.bands.map(({ label }, i) => [i > 0 ? "band-inner" : "band", label]),
        ...view.marks.map(({ key, label }) => [key, label]),
      ]
    : [];
  fill(
    byId("legend"),
    entries.map(([key, label]) => el("li", {}, el("i", { class: `swatch ${key}` }), label)),
  );
}
