// Forms drawn from JSON Schemas. A field left at its default is not sent, so the call that is shown stays short.

import { el, fill, freshId } from "./dom.js";
import { boundsOf, choicesOf, controlOf, readText, resolve, titleOf, writeText } from "./schema.js";

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
    fields: new Map(entries.map(([name, field]) => [`${pointer}/${name}`, field])),
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

/** A schema of the console's own may hold `send`, which makes of the value what the server takes. */
function drawField(name, schema, onChange) {
  const id = freshId(name);
  const control = CONTROLS[controlOf(schema)](id, schema);
  const start = schema.default ?? null;
  control.set(start);
  const complaint = el("div", { class: "complaint", id: `${id}-complaint` });
  const input = control.element;
  input.id = id;
  input.setAttribute("name", name);
  input.setAttribute("aria-describedby", `${id}-help ${id}-complaint`);
  const field = {
    element: frame(id, name, schema, input, complaint),
    input,
    value: () => readField(field, control, schema.send),
    isChanged: () => "required" in schema || !same(readField(field, control), start),
    set: control.set,
    complain: (problems) => complain(input, complaint, problems),
  };
  input.addEventListener("input", () => {
    input.dataset.touched = "yes";
    field.complain([]);
    onChange();
  });
  return field;
}

const same = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

function readField(field, control, send = (value) => value) {
  try {
    return send(control.get());
  } catch (error) {
    throw new Unreadable(field, error.message, "write it as in the description");
  }
}

function frame(id, name, schema, input, complaint) {
  const title = titleOf(name, schema);
  const isGroup = input.getAttribute("role") === "group";
  if (isGroup) input.setAttribute("aria-labelledby", `${id}-label`);
  const label = isGroup ? el("p", { class: "label", id: `${id}-label` }, title) : el("label", { for: id }, title);
  const help = el("p", { class: "help", id: `${id}-help` }, helpOf(schema));
  const isFlag = input.type === "checkbox";
  return el(
    "div",
    { class: isFlag ? "field flag" : "field" },
    isFlag ? [input, label] : [label, input],
    help,
    complaint,
  );
}

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

const CONTROLS = { choice, set, flag, number, list: listed, json: text, text };

function choice(id, schema) {
  const values = schema.nullable ? [null, ...choicesOf(schema)] : choicesOf(schema);
  const element = el(
    "select",
    {},
    values.map((value, i) => el("option", { value: i }, value === null ? blankOf(schema) : String(value))),
  );
  const place = (value) => values.findIndex((one) => same(one, value));
  return {
    element,
    get: () => values[element.selectedIndex],
    set: (value) => (element.selectedIndex = Math.max(0, place(value))),
  };
}

/** Any of some values, each with its box. */
function set(id, schema) {
  const values = schema.items.enum;
  const boxes = values.map(() => el("input", { type: "checkbox" }));
  const choices = values.map((value, i) => el("label", {}, boxes[i], String(value).replaceAll("_", " ")));
  return {
    element: el("div", { class: "set", role: "group", tabindex: -1 }, choices),
    get: () => values.filter((_, i) => boxes[i].checked),
    set: (chosen) => boxes.forEach((box, i) => (box.checked = (chosen ?? []).includes(values[i]))),
  };
}

function flag() {
  const element = el("input", { type: "checkbox" });
  return { element, get: () => element.checked, set: (value) => (element.checked = Boolean(value)) };
}

function number(id, schema) {
  const whole = schema.type === "integer";
  const element = el("input", {
    type: "number",
    inputmode: whole ? "numeric" : "decimal",
    step: whole ? 1 : "any",
    min: schema.minimum,
    max: schema.maximum,
    placeholder: blankOf(schema),
  });
  const get = () => {
    if (element.validity.badInput) throw new Error("this is not a number");
    return element.value === "" ? null : Number(element.value);
  };
  return { element, get, set: (value) => (element.value = value ?? "") };
}

function listed(id, schema) {
  return text(id, schema, true, schema.nullable ? null : []);
}

function text(id, schema, asList = false, empty = null) {
  const element = el("input", {
    type: "text",
    spellcheck: "false",
    autocomplete: "off",
    placeholder: blankOf(schema),
  });
  const plain = schema.type === "string" && !schema.alternatives;
  const read = () => (plain ? element.value.trim() : readText(element.value, asList));
  return {
    element,
    get: () => (element.value.trim() === "" ? empty : read()),
    set: (value) => (element.value = writeText(value)),
  };
}

const blankOf = (schema) =>
  schema.default === null || schema.default === undefined || schema.nullable ? (schema.blank ?? "automatic") : "";
