// Step 2 and 3: which forecaster or detector, with which params and options.

import { byId, el, fill, freshId } from "./dom.js";
import { complain, drawForm } from "./forms.js";
import { taskOf, TASKS } from "./tasks/index.js";
import { drawTabs } from "./tabs.js";
import { stepOf } from "./times.js";

/** Draw the panel; returns {choice(), fields()}: what is chosen now, and the fields by JSON pointer. */
export function startMethodPanel(store, onChange) {
  const chosen = {}; // task → name of the model
  const drawn = {}; // task → its options, so that they survive a look at another task
  let params = null;
  let method = null;

  const task = () => taskOf(store.get().task);
  const entries = () => store.get().catalog?.[task().kind] ?? [];
  const forms = () => [params, drawn[task().id].options, drawn[task().id].more];

  function drawTask() {
    drawTabs(byId("tasks"), TASKS, task().id, (id) => store.set({ task: id }), () => "method");
    byId("method").setAttribute("aria-labelledby", `tasks-${task().id}`);
    byId("run-label").textContent = task().action;
    drawn[task().id] ??= { options: drawForm(task().options, { onChange }), more: drawForm(task().moreOptions, { onChange }) };
    fill(byId("options"), drawn[task().id].options.element);
    fill(byId("more-options"), folded("More options", drawn[task().id].more));
    drawModel();
    suggestHorizon();
  }

  function drawModel() {
    const name = (chosen[task().id] ??= preferred(entries()));
    const entry = entries().find((one) => one.name === name);
    method = drawChooser(task(), entries(), name, pick);
    params = drawForm(entry?.params ?? {}, { pointer: "/params", onChange, omit: Object.keys(task().options.properties) });
    fill(byId("chooser"), method.element);
    fill(byId("params"), params.fields.size ? folded(`Settings of ${entry.title}`, params) : null);
  }

  function pick(name) {
    chosen[task().id] = name;
    drawModel();
    method.input.focus();
    onChange();
  }

  function suggestHorizon() {
    const field = drawn[task().id]?.options.fields.get("/h");
    const { data, shown } = store.get();
    if (!field || !data) return;
    const step = data.time === "date" ? stepOf(data.byId.get(shown).x) : { name: null, horizon: 12 };
    const most = Math.max(1, Math.floor(data.byId.get(shown).x.length / 3));
    if (!isTouched(field)) field.set(Math.min(step.horizon, most));
    field.element.querySelector(".help").textContent = step.name ? `Steps ahead; the data are ${step.name}.` : "Steps ahead.";
  }

  store.on(["catalog", "task"], drawTask);
  store.on(["source"], suggestHorizon);
  drawTask();
  return {
    choice: () => {
      const [values, options, more] = forms().map((form) => form.values());
      return { task: task(), name: chosen[task().id], params: values, options: { ...options, ...more } };
    },
    fields: () => new Map([[`/${task().chooser}`, method], ...forms().flatMap((form) => [...form.fields])]),
  };
}

/** Whether a person wrote into a field since it was drawn. */
const isTouched = (field) => field.input.dataset.touched === "yes";

const preferred = (entries) => (entries.find(({ name }) => name === "auto") ?? entries[0])?.name;

function folded(title, form) {
  return el("details", { class: "folded" }, el("summary", {}, title), form.element);
}

function drawChooser(task, entries, name, onPick) {
  if (!entries.length) return { element: el("p", { class: "empty" }, "Fetching the catalog …"), input: null, complain: () => {} };
  const id = freshId("method");
  const entry = entries.find((one) => one.name === name);
  const families = [...new Set(entries.map(({ family }) => family ?? "other"))];
  const options = (family) => entries.filter((one) => (one.family ?? "other") === family).map((one) => el("option", { value: one.name, selected: one.name === name }, one.title));
  const input = el("select", { id, name: task.chooser, "aria-describedby": `${id}-about ${id}-complaint`, onchange: (event) => onPick(event.target.value) },
    families.map((family) => el("optgroup", { label: family.replaceAll("_", " ") }, options(family))));
  const complaint = el("div", { class: "complaint", id: `${id}-complaint` });
  const title = { forecaster: "Forecaster", detector: "Detector" }[task.kind];
  const element = el("div", { class: "field" }, el("label", { for: id }, title), input, el("div", { class: "about", id: `${id}-about` }, aboutOf(entry)), complaint);
  return { element, input, complain: (problems) => complain(input, complaint, problems) };
}

function aboutOf(entry) {
  if (!entry) return null;
  const able = Object.entries(entry.capabilities ?? {}).filter(([, yes]) => yes === true).map(([name]) => name.replaceAll("_", " "));
  const facts = [...(entry.min_observations > 1 ? [`needs ${entry.min_observations} points`] : []), ...able];
  return [el("p", { class: "summary" }, entry.summary), el("p", { class: "chips" }, facts.map((fact) => el("span", {}, fact))), entry.reference ? el("p", { class: "reference", title: entry.reference }, entry.reference) : null];
}
