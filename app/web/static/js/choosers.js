// Which model: one from the catalog, several of them, or none where a task has nothing to choose.

import { el, fill, freshId } from "./dom.js";
import { complain, drawForm, Unreadable } from "./forms.js";
import { drawSeveral, families } from "./several.js";

const TITLES = { forecaster: "Forecaster", detector: "Detector", decomposition: "Decomposition" };

/**
 * Draw what a task chooses with: {elements, call(), fields, use(name, params), restore(options), overrule(on)}. `call()`
 * gives the part of the request, which `restore` takes back, and throws an Unreadable; `fields` maps JSON pointers to
 * fields; `overrule` says that several models are chosen elsewhere. `omit` are params that the task's own options hold.
 */
export function drawChooser(task, entries, { omit, onChange }) {
  if (!task.kind) return { ...NOTHING, elements: [] };
  if (!entries.length) return { ...NOTHING, elements: [el("p", { class: "empty" }, "Fetching the catalog …")] };
  const known = [...(task.extra ?? []), ...entries];
  return task.several ? several(task, known, omit, onChange) : one(task, known, omit, onChange);
}

const NOTHING = { call: () => ({}), fields: () => new Map(), use() {}, restore() {}, overrule() {} };

const preferred = (entries) => (entries.find(({ name }) => name === "auto") ?? entries[0]).name;

function one(task, entries, omit, onChange) {
  const id = freshId("method");
  const attributes = { id, name: task.chooser, "aria-describedby": `${id}-about ${id}-complaint` };
  const input = el("select", attributes, families(entries));
  const about = el("div", { class: "about", id: `${id}-about` });
  const complaint = el("div", { class: "complaint", id: `${id}-complaint` });
  const overruled = el("p", { class: "help", hidden: true }, "The models under More options are taken instead.");
  const settings = el("div", { class: "settings" });
  let form = null;
  const pick = (name, params = {}) => {
    const entry = entries.find((known) => known.name === name);
    if (!entry) return;
    input.value = name;
    form = drawForm(entry.params ?? {}, { pointer: "/params", onChange, omit });
    for (const [key, value] of Object.entries(params)) form.fields.get(`/params/${key}`)?.set(value);
    fill(about, aboutOf(entry));
    fill(settings, form.fields.size ? folded(`Settings of ${entry.title}`, form) : null);
    settings.querySelector("details")?.toggleAttribute("open", Object.keys(params).length > 0);
  };
  input.addEventListener("change", () => {
    pick(input.value);
    onChange();
  });
  pick(preferred(entries));
  const field = { input, complain: (problems) => complain(input, complaint, problems) };
  const label = el("label", { for: id }, TITLES[task.kind]);
  return {
    elements: [el("div", { class: "field" }, label, input, overruled, about, complaint), settings],
    call() {
      const params = form.values();
      return { [task.chooser]: input.value, ...(Object.keys(params).length && { params }) };
    },
    fields: () => new Map([[`/${task.chooser}`, field], ...form.fields]),
    use: pick,
    restore: (options) => options[task.chooser] && pick(options[task.chooser], options.params),
    overrule(on) {
      input.disabled = on;
      overruled.hidden = !on;
      about.hidden = settings.hidden = on;
    },
  };
}

/** Several models, each with its settings; a list box adds those that are not there yet. */
function several(task, entries, omit, onChange) {
  const complaint = el("div", { class: "complaint", id: freshId("models-complaint") });
  const field = { complain: (problems) => complain(field.input, complaint, problems) };
  const change = () => {
    field.complain([]);
    onChange();
  };
  const noun = task.kind === "detector" ? "detector" : "model";
  const list = drawSeveral(entries, {
    onChange: change,
    form: (params) => drawForm(params, { onChange: change, omit }),
    preset: task.preset,
    blank: `Add a ${noun} …`,
    once: true,
  });
  field.input = list.add;
  list.add.id = freshId("models-add");
  list.add.setAttribute("aria-describedby", complaint.id);
  const label = el("label", { for: list.add.id }, noun === "model" ? "Models" : "Detectors");
  return {
    elements: [el("div", { class: "field" }, label, list.element, list.add, complaint)],
    call() {
      const models = list.values();
      if (!models.length) throw new Unreadable(field, `no ${noun} is chosen`, "add one or more");
      return { [task.chooser]: models };
    },
    fields: () =>
      new Map([
        [`/${task.chooser}`, field],
        ...list.fields().map(([pointer, one]) => [`/${task.chooser}${pointer}`, one]),
      ]),
    use() {},
    restore: (options) => list.set(options[task.chooser] ?? []),
    overrule() {},
  };
}

function aboutOf({ summary, min_observations: least, capabilities = {}, reference }) {
  const able = Object.keys(capabilities).filter((name) => capabilities[name] === true);
  const facts = [
    ...(least > 1 ? [`needs ${least} points`] : []),
    ...able.map((name) => name.replaceAll("_", " ")),
  ];
  const chips = facts.length ? el("p", { class: "chips" }, facts.map((fact) => el("span", {}, fact))) : null;
  const source = reference ? el("p", {}, reference) : null;
  return [
    el("p", { class: "summary" }, summary),
    chips || source
      ? el("details", { class: "reference" }, el("summary", { "aria-label": ABOUT, title: ABOUT }, "i"), chips, source)
      : null,
  ];
}

const ABOUT = "What it takes, and where it comes from";

export function folded(title, form) {
  return el("details", { class: "folded" }, el("summary", {}, title), form.element);
}
