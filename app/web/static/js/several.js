// A list of things with names, each with its settings: models, transforms.

import { el, fill } from "./dom.js";
import { flat, nameOf } from "./schema.js";

/**
 * Draw the list and a box that adds to it: {element, add, values(), set(values), fields()}. An entry is {name, title, summary,
 * family, params}, whose settings `form(params)` draws. `preset`: names that are there at first; `once`: each at
 * most once. A value is a name, or an object of name and params.
 */
export function drawSeveral(entries, { onChange, form, preset = [], blank, once = false }) {
  const element = el("ul", { class: "chosen", tabindex: -1, "aria-label": "Chosen" });
  const add = el("select");
  const make = (name) => {
    const entry = entries.find((known) => known.name === name);
    return { entry, form: form(entry.params ?? {}) };
  };
  let chosen = preset.filter((name) => entries.some((entry) => entry.name === name)).map(make);
  const draw = () => {
    fill(
      element,
      chosen.map((one) => drawOne(one, () => change(chosen.filter((other) => other !== one)))),
    );
    const left = once ? entries.filter((entry) => !chosen.some((one) => one.entry === entry)) : entries;
    fill(add, el("option", { value: "" }, blank), families(left));
  };
  const change = (ones) => {
    chosen = ones;
    draw();
    onChange();
  };
  add.addEventListener("change", () => {
    change([...chosen, make(add.value)]);
    add.focus();
  });
  draw();
  return {
    element,
    add,
    values: () => chosen.map(({ entry, form }) => named(entry.name, form.values())),
    set(values) {
      chosen = values.map((value) => {
        const { name, ...params } = typeof value === "string" ? { name: value } : value;
        const one = make(name);
        for (const [key, param] of Object.entries(params)) one.form.fields.get(`/${key}`)?.set(param);
        return one;
      });
      draw();
    },
    fields: () =>
      chosen.flatMap(({ form }, i) =>
        [...form.fields].flatMap(([pointer, one]) => [
          [`/${i}${pointer}`, one],
          [`/${i}/params${pointer}`, one],
        ]),
      ),
  };
}

function drawOne({ entry: { title, summary }, form }, onRemove) {
  const what = `Remove ${title}`;
  return el(
    "li",
    {},
    form.fields.size
      ? el("details", {}, el("summary", { title: summary }, title), form.element)
      : el("span", { title: summary }, title),
    el("button", { type: "button", class: "remove", "aria-label": what, title: what, onclick: onRemove }, "×"),
  );
}

const named = (name, params) => (Object.keys(params).length ? { name, ...params } : name);

/** The entries that a schema names: those it was given, or the objects that it takes. */
export function entriesOf(schema) {
  if (schema.entries) return schema.entries;
  const objects = new Map(
    flat(schema)
      .filter(nameOf)
      .map((one) => [nameOf(one), one]),
  );
  return [...objects].map(([name, { description, properties }]) => ({
    name,
    title: name,
    summary: (description ?? "").split("\n\n")[0],
    params: { properties: Object.fromEntries(Object.entries(properties).filter(([key]) => key !== "name")) },
  }));
}

/** Options of a list box: the automatic choice, then the others under their families where they have any. */
export function families(entries) {
  const option = ({ name, title }) => el("option", { value: name }, title);
  const isAutomatic = ({ name }) => name === "auto";
  const others = entries.filter((entry) => !isAutomatic(entry));
  const names = [...new Set(others.map(({ family }) => family))];
  const members = (family) => others.filter((entry) => entry.family === family).map(option);
  const grouped = names.flatMap((family) =>
    family ? el("optgroup", { label: family.replaceAll("_", " ") }, members(family)) : members(family),
  );
  return [...entries.filter(isAutomatic).map(option), ...grouped];
}
