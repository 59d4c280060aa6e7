// Forms drawn from JSON Schemas. A field left at its default is not sent, so the call that is shown stays short.

import { CONTROLS } from "./controls.js";
import { el, fill, freshId } from "./dom.js";
import { boundsOf, controlOf, objectOf, resolve, same, titleOf } from "./schema.js";
import { drawSeveral, entriesOf } from "./several.js";

/**
 * Draw a form: {element, values(), fields}, without the properties in `omit`. `fields` maps a JSON pointer below `pointer` to a field with
 * `complain(problems)`; `values()` gives what differs from the defaults and throws an Unreadable.
 */
export function drawForm(schema, { pointer = "", onChange = () => {}, omit = [] } = {}) {
  const entries = Object.entries(schema.properties ?? {})
    .filter(([name]) => !omit.includes(name))
    .map(([name, part]) => [name, drawField(name, resolve(part, schema), onChange)]);
  return {
    element: el(
      "div",
      { class: "fields" },
      entries.map(([, field]) => field.element),
    ),
    values: () =>
      Object.fromEntries(
        entries.filter(([, field]) => field.isChanged()).map(([name, field]) => [name, field.value()]),
      ),
    fields: new Map(
      entries.flatMap(([name, field]) =>
        [["", field], ...field.parts].map(([below, one]) => [`${pointer}/${name}${below}`, one]),
      ),
    ),
  };
}

/** What stands in a field cannot be read. */
export class Unreadable extends Error {
  constructor(field, message, hint) {
    super(message);
    this.field = field;
    this.hint = hint;
  }
}

const NESTED = { group, several };

/** Besides what JSON Schema has, a schema may hold `send`, which makes of the value what the server takes. */
function drawField(name, schema, onChange) {
  const id = freshId(name);
  const kind = controlOf(schema);
  const control = NESTED[kind]?.(schema, onChange) ?? CONTROLS[kind](id, schema);
  control.set(schema.default ?? null);
  const start = control.get();
  const complaint = el("div", { class: "complaint", id: `${id}-complaint` });
  const input = control.element;
  input.id = id;
  input.setAttribute("name", name);
  input.setAttribute("aria-describedby", `${id}-help ${id}-complaint`);
  const field = {
    element: frame(id, name, schema, control, complaint),
    input,
    name,
    title: titleOf(name, schema),
    parts: control.parts ?? [],
    value: () => readField(field, control, schema.send),
    isChanged: () => schema.required === true || !same(readField(field, control), start),
    set: (value) => control.set(schema.send && typeof value === "object" ? JSON.stringify(value) : value),
    complain: (problems) => complain(input, complaint, problems),
  };
  input.addEventListener("input", () => {
    input.dataset.touched = "yes";
    field.complain([]);
    onChange();
  });
  return field;
}

function readField(field, control, send = (value) => value) {
  try {
    return send(control.get());
  } catch (error) {
    throw new Unreadable(field, error.message, "write it as in the description");
  }
}

/** Several values with names of their own, as one object. */
function group(schema, onChange) {
  const { properties, required = [] } = objectOf(schema);
  const open = ([name, part]) => [name, { blank: required.includes(name) ? " " : "none", ...part }];
  const form = drawForm({ properties: Object.fromEntries(Object.entries(properties).map(open)) }, { onChange });
  return {
    element: el("div", { class: "group", role: "group", tabindex: -1 }, form.element),
    parts: [...form.fields],
    get() {
      const values = form.values();
      return Object.keys(values).length ? values : null;
    },
    set: (values) => Object.entries(values ?? {}).forEach(([name, one]) => form.fields.get(`/${name}`)?.set(one)),
  };
}

/** Things with names, in an order: one stands for itself where that is taken too. */
function several(schema, onChange) {
  const form = (params) => drawForm(params, { onChange });
  const list = drawSeveral(entriesOf(schema), { onChange, form, blank: "Add …" });
  return {
    element: list.add,
    shown: [list.element, list.add],
    get() {
      const values = list.values();
      return values.length > 1 || (values.length && schema.type === "array") ? values : (values[0] ?? null);
    },
    set: (value) => list.set([value ?? []].flat()),
  };
}

function frame(id, name, schema, { element: input, shown = input }, complaint) {
  const title = titleOf(name, schema);
  const isGroup = input.getAttribute("role") === "group";
  if (isGroup) input.setAttribute("aria-labelledby", `${id}-label`);
  const label = isGroup ? el("p", { class: "label", id: `${id}-label` }, title) : el("label", { for: id }, title);
  const help = drawHelp(`${id}-help`, helpOf(schema));
  const isFlag = input.type === "checkbox";
  return el(
    "div",
    { class: isFlag ? "field flag" : "field" },
    isFlag ? [input, label] : [label, shown].flat(),
    help,
    complaint,
  );
}

/** A long text is its first part, and the rest for those who ask. */
function drawHelp(id, text) {
  const [, first, rest] = text.length > LONG ? (/^(.{15,}?)[.;:]\s+(.+)$/s.exec(text) ?? []) : [];
  if (!rest) return el("p", { class: "help", id }, text);
  return el("details", { class: "help", id }, el("summary", {}, first), rest);
}

const LONG = 80;

function helpOf(schema) {
  const bounds = controlOf(schema) === "choice" ? "" : boundsOf(schema);
  const description = (schema.description ?? "").trim();
  if (!bounds || /\d/.test(description)) return description;
  return [description, `${bounds.charAt(0).toUpperCase()}${bounds.slice(1)}.`].filter(Boolean).join(" ");
}

/** Show problems {message, hint} under an input; none clears it. */
export function complain(input, place, problems) {
  input.toggleAttribute("aria-invalid", false);
  if (problems.length) input.setAttribute("aria-invalid", "true");
  fill(place, problems.map(sayProblem));
}

/** A problem as the server teaches it: what is wrong, then what to do. */
export function sayProblem({ message, hint, unique_id: series }) {
  const where = series ? el("b", {}, `${series}: `) : null;
  return el("p", { class: "problem" }, where, message, hint ? el("span", { class: "hint" }, hint) : null);
}
