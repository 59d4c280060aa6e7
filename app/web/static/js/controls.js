// What a single value is chosen or written with: {element, get(), set(value)}; `get` throws an Error for what cannot be read.

import { el } from "./dom.js";
import { choicesOf, readText, same, writeText } from "./schema.js";

export const CONTROLS = { choice, set, flag, number, list: listed, json: text, text };

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
    get() {
      const chosen = values.filter((_, i) => boxes[i].checked);
      return chosen.length || schema.default?.length ? chosen : null;
    },
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
  const list = schema.suggested && el("datalist", { id: `${id}-list` }, schema.suggested.map((one) => el("option", {}, one)));
  const element = el("input", {
    type: "text",
    spellcheck: "false",
    autocomplete: "off",
    placeholder: blankOf(schema),
    list: list?.id,
  });
  const plain = schema.type === "string" && !schema.alternatives;
  const read = () => (plain ? element.value.trim() : readText(element.value, asList));
  return {
    element,
    shown: list && [element, list],
    get: () => (element.value.trim() === "" ? empty : read()),
    set: (value) => (element.value = writeText(value)),
  };
}

const blankOf = (schema) =>
  schema.default === null || schema.default === undefined || schema.nullable ? (schema.blank ?? "automatic") : "";
