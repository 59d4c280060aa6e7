// Step 2 and 3: which forecaster or detector, with which params and options.

import { byId, el, fill, freshId } from "./dom.js";
import { complain, drawForm } from "./forms.js";
import { taskOf, TASKS } from "./tasks/index.js";
import { drawTabs } from "./tabs.js";
import { stepOf } from "./times.js";

/** The panel; `onChange` is called when something else is chosen. */
export class MethodPanel {
  #store;
  #onChange;
  #chosen = {}; // task → name of the model
  #drawn = {}; // task → its options, so that they survive a look at another task
  #params = null;
  #method = null;

  constructor(store, onChange) {
    this.#store = store;
    this.#onChange = onChange;
    store.on(["catalog", "task"], () => this.#drawTask());
    store.on(["source"], () => this.#suggestHorizon());
    this.#drawTask();
  }

  /** What is chosen now: {task, name, params, options}; throws an Unreadable. */
  choice() {
    const [params, options, more] = this.#forms().map((form) => form.values());
    return { task: this.#task(), name: this.#chosen[this.#task().id], params, options: { ...options, ...more } };
  }

  /** The fields by the JSON pointers that lead to them. */
  fields() {
    return new Map([
      [`/${this.#task().chooser}`, this.#method],
      ...this.#forms().flatMap((form) => [...form.fields]),
    ]);
  }

  #task() {
    return taskOf(this.#store.get().task);
  }

  #entries() {
    return this.#store.get().catalog?.[this.#task().kind] ?? [];
  }

  #options() {
    const { id, options, moreOptions } = this.#task();
    const draw = (schema) => drawForm(schema, { onChange: this.#onChange });
    return (this.#drawn[id] ??= { first: draw(options), more: draw(moreOptions) });
  }

  #forms() {
    const { first, more } = this.#options();
    return [this.#params, first, more];
  }

  #drawTask() {
    const { id, action } = this.#task();
    drawTabs(
      byId("tasks"),
      TASKS,
      id,
      (task) => this.#store.set({ task }),
      () => "method",
    );
    byId("method").setAttribute("aria-labelledby", `tasks-${id}`);
    byId("run-label").textContent = action;
    fill(byId("options"), this.#options().first.element);
    fill(byId("more-options"), folded("More options", this.#options().more));
    this.#drawModel();
    this.#suggestHorizon();
  }

  #drawModel() {
    const { id, options } = this.#task();
    const name = (this.#chosen[id] ??= preferred(this.#entries()));
    const entry = this.#entries().find((one) => one.name === name);
    const omit = Object.keys(options.properties);
    this.#method = drawChooser(this.#task(), this.#entries(), name, (other) => this.#pick(other));
    this.#params = drawForm(entry?.params ?? {}, { pointer: "/params", onChange: this.#onChange, omit });
    fill(byId("chooser"), this.#method.element);
    fill(byId("params"), this.#params.fields.size ? folded(`Settings of ${entry.title}`, this.#params) : null);
  }

  #pick(name) {
    this.#chosen[this.#task().id] = name;
    this.#drawModel();
    this.#method.input.focus();
    this.#onChange();
  }

  #suggestHorizon() {
    const field = this.#options().first.fields.get("/h");
    const { data, shown } = this.#store.get();
    if (!field || !data) return;
    const { x } = data.byId.get(shown);
    const { name, horizon } = data.time === "date" ? stepOf(x) : { name: null, horizon: 12 };
    if (!isTouched(field)) field.set(Math.min(horizon, Math.max(1, Math.floor(x.length / 3))));
    field.element.querySelector(".help").textContent = name
      ? `Steps ahead; the data are ${name}.`
      : "Steps ahead.";
  }
}

/** Whether a person wrote into a field since it was drawn. */
const isTouched = (field) => field.input.dataset.touched === "yes";

const preferred = (entries) => (entries.find(({ name }) => name === "auto") ?? entries[0])?.name;

function folded(title, form) {
  return el("details", { class: "folded" }, el("summary", {}, title), form.element);
}

function drawChooser(task, entries, name, onPick) {
  const title = { forecaster: "Forecaster", detector: "Detector" }[task.kind];
  if (!entries.length)
    return { element: el("p", { class: "empty" }, "Fetching the catalog …"), complain: () => {} };
  const id = freshId("method");
  const entry = entries.find((one) => one.name === name);
  const attributes = { id, name: task.chooser, "aria-describedby": `${id}-about ${id}-complaint` };
  const input = el("select", { ...attributes, onchange: () => onPick(input.value) }, families(entries, name));
  const about = el("div", { class: "about", id: `${id}-about` }, aboutOf(entry));
  const complaint = el("div", { class: "complaint", id: `${id}-complaint` });
  const element = el("div", { class: "field" }, el("label", { for: id }, title), input, about, complaint);
  return { element, input, complain: (problems) => complain(input, complaint, problems) };
}

function families(entries, name) {
  const names = [...new Set(entries.map(({ family }) => family))];
  const option = (entry) => el("option", { value: entry.name, selected: entry.name === name }, entry.title);
  const members = (family) => entries.filter((entry) => entry.family === family).map(option);
  return names.map((family) =>
    el("optgroup", { label: (family ?? "other").replaceAll("_", " ") }, members(family)),
  );
}

function aboutOf({ summary, min_observations: least, capabilities = {}, reference }) {
  const able = Object.keys(capabilities).filter((name) => capabilities[name] === true);
  const facts = [
    ...(least > 1 ? [`needs ${least} points`] : []),
    ...able.map((name) => name.replaceAll("_", " ")),
  ];
  return [
    el("p", { class: "summary" }, summary),
    el(
      "p",
      { class: "chips" },
      facts.map((fact) => el("span", {}, fact)),
    ),
    reference ? el("p", { class: "reference", title: reference }, reference) : null,
  ];
}
