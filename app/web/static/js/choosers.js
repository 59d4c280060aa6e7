// Which model: one from the catalog, several of them, or none where a task has nothing to choose.

import { el, fill, freshId } from "./dom.js";
import { complain, drawForm, Unreadable } from "./forms.js";

const TITLES = { forecaster: "Forecaster", detector: "Detector", decomposition: "Decomposition" };

/**
 * Draw what a task chooses with: {elements, call(), fields, use(name, params)}. `call()` gives the part of the
 * request and throws an Unreadable; `fields` maps JSON pointers to fields. `omit` are params that the task's own
 * options hold.
 */
export function drawChooser(task, entries, { omit, onChange }) {
  if (!task.kind) return { elements: [], call: () => ({}), fields: () => new Map(), use() {} };
  if (!entries.length) return { ...NOTHING, elements: [el("p", { class: "empty" }, "Fetching the catalog …")] };
  const known = [...(task.extra ?? []), ...entries];
  return task.several ? several(task, known, omit, onChange) : one(task, known, omit, onChange);
}

const NOTHING = { call: () => ({}), fields: () => new Map(), use() {} };

const preferred = (entries) => (entries.find(({ name }) => name === "auto") ?? entries[0]).name;

function one(task, entries, omit, onChange) {
  const id = freshId("method");
  const attributes = { id, name: task.chooser, "aria-describedby": `${id}-about ${id}-complaint` };
  const input = el("select", attributes, families(entries));
  const about = el("div", { class: "about", id: `${id}-about` });
  const complaint = el("div", { class: "complaint", id: `${id}-complaint` });
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
    elements: [el("div", { class: "field" }, label, input, about, complaint), settings],
    call() {
      const params = form.values();
      return { [task.chooser]: input.value, ...(Object.keys(params).length && { params }) };
    },
    fields: () => new Map([[`/${task.chooser}`, field], ...form.fields]),
    use: pick,
  };
}

/** Several models, each with its settings; a list box adds those that are not there yet. */
function several(task, entries, omit, onChange) {
  const id = freshId("methods");
  const list = el("ul", { class: "chosen", id, tabindex: -1, "aria-label": "Chosen models" });
  const add = el("select", { id: `${id}-add`, "aria-describedby": `${id}-complaint` });
  const complaint = el("div", { class: "complaint", id: `${id}-complaint` });
  let chosen = [];
  const draw = () => {
    fill(list, chosen.map(drawOne));
    const left = entries.filter((entry) => !chosen.some((one) => one.entry === entry));
    fill(add, el("option", { value: "" }, "Add a model …"), families(left));
  };
  const drawOne = (one) => {
    const { title, summary } = one.entry;
    const attributes = {
      type: "button",
      class: "remove",
      "aria-label": `Remove ${title}`,
      title: `Remove ${title}`,
    };
    const name = one.form.fields.size
      ? el("details", {}, el("summary", { title: summary }, title), one.form.element)
      : el("span", { title: summary }, title);
    return el(
      "li",
      {},
      name,
      el("button", { ...attributes, onclick: () => change(chosen.filter((o) => o !== one)) }, "×"),
    );
  };
  const change = (models) => {
    chosen = models;
    draw();
    field.complain([]);
    onChange();
  };
  const make = (name) => {
    const entry = entries.find((known) => known.name === name);
    return { entry, form: drawForm(entry.params ?? {}, { pointer: "", onChange, omit }) };
  };
  add.addEventListener("change", () => {
    change([...chosen, make(add.value)]);
    add.focus();
  });
  const field = { input: add, complain: (problems) => complain(add, complaint, problems) };
  chosen = task.preset.filter((name) => entries.some((entry) => entry.name === name)).map(make);
  draw();
  return {
    elements: [el("div", { class: "field" }, el("label", { for: `${id}-add` }, "Models"), list, add, complaint)],
    call() {
      if (!chosen.length) throw new Unreadable(field, "no model is chosen", "add one or more");
      return { [task.chooser]: chosen.map(({ entry, form }) => asModel(entry.name, form.values())) };
    },
    fields: () =>
      new Map([
        [`/${task.chooser}`, field],
        ...chosen.flatMap(({ form }, i) =>
          [...form.fields].flatMap(([pointer, one]) => [
            [`/${task.chooser}/${i}${pointer}`, one],
            [`/${task.chooser}/${i}/params${pointer}`, one],
          ]),
        ),
      ]),
    use() {},
  };
}

const asModel = (name, params) => (Object.keys(params).length ? { name, ...params } : name);

function families(entries) {
  const names = [...new Set(entries.map(({ family }) => family))];
  const option = (entry) => el("option", { value: entry.name }, entry.title);
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

export function folded(title, form) {
  return el("details", { class: "folded" }, el("summary", {}, title), form.element);
}
