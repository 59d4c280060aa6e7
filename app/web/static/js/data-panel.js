// Step 1: bring a table, by drop, file, paste or example, and say which column is what.

import { columnOf, EVERY, guessDates, guessRoles, NONE, numericColumns } from "./columns.js";
import { parseCsv } from "./csv.js";
import { byId, el, fill } from "./dom.js";
import { EXAMPLES, fetchExample } from "./examples.js";
import { complain } from "./forms.js";
import { same } from "./schema.js";
import { DataProblem, makeSeries } from "./series.js";
import { sparkline } from "./sparkline.js";
import { sayStamp } from "./times.js";

const ROLES = [
  { role: "id", title: "Series", none: "none" },
  { role: "time", title: "Time", none: "none" },
  { role: "value", title: "Values", none: null },
];

/** Start the panel; `onStart` is called when an example is to be tried at once. Returns {load(name, text), open(example)}. */
export function startDataPanel(store, { onStart }) {
  const load = (name, text) => store.set(readTable(name, text));
  startFiles(load);
  startPaste(load);
  const open = startExamples(store, load, onStart);
  store.on(["source"], ({ source }) => showSource(store, source));
  store.on(["source", "data", "problem"], showProblem);
  return { load, open };
}

/** Fields of the columns, so that the server's pointers find them. */
export function columnFields() {
  const field = (role) => ({
    input: byId(`column-${role}`),
    complain: (problems) =>
      byId(`column-${role}`) && complain(byId(`column-${role}`), byId(`column-${role}-complaint`), problems),
  });
  return new Map([
    ["/series/unique_id", field("id")],
    ["/series/ds", field("time")],
    ["/series/y", field("value")],
    ["/y", field("value")],
  ]);
}

function readTable(name, text) {
  const table = parseCsv(text);
  const guess = guessRoles(table);
  const source = { name, text, table, guess, roles: guess };
  return { source, run: null, ...dataOf(source) };
}

function dataOf({ table, roles }) {
  try {
    const data = makeSeries(table, roles);
    return { data, problem: null, shown: data.ids[0] };
  } catch (error) {
    if (!(error instanceof DataProblem)) throw error;
    return { data: null, problem: { message: error.message, hint: error.hint, field: error.field }, shown: null };
  }
}

function startFiles(load) {
  const take = async (file) => file && load(file.name, await file.text());
  const input = byId("file");
  byId("choose").addEventListener("click", () => input.click());
  input.addEventListener("change", async () => {
    await take(input.files[0]);
    input.value = "";
  });
  const drop = byId("drop");
  const over = (on) => drop.classList.toggle("over", on);
  addEventListener("dragover", (event) => {
    event.preventDefault();
    over(true);
  });
  addEventListener("dragleave", (event) => event.relatedTarget === null && over(false));
  addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    take(event.dataTransfer.files[0]);
  });
}

function startPaste(load) {
  const dialog = byId("paste-dialog");
  const area = byId("paste-text");
  byId("paste").addEventListener("click", () => dialog.showModal());
  byId("paste-cancel").addEventListener("click", () => dialog.close());
  byId("paste-use").addEventListener("click", () => {
    if (area.value.trim() === "") return area.focus();
    dialog.close();
    load("pasted.csv", area.value);
    area.value = "";
  });
  addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (event.target.closest?.("input, textarea, select") || !/\n/.test(text.trim())) return;
    event.preventDefault();
    load("pasted.csv", text);
  });
}

function startExamples(store, load, onStart) {
  const choose = byId("example");
  choose.append(
    ...EXAMPLES.map(({ file, title, about }) => el("option", { value: file }, `${title} – ${about}`)),
  );
  const open = async (file) => {
    try {
      load(file, await fetchExample(file));
    } catch (error) {
      store.set({ problem: { message: error.message, hint: "bring a file of your own", field: null } });
    }
  };
  choose.addEventListener("change", () => choose.value && open(choose.value));
  store.on(
    ["source"],
    ({ source }) => (choose.value = EXAMPLES.some(({ file }) => file === source.name) ? source.name : ""),
  );
  fill(
    byId("starters"),
    EXAMPLES.map(({ file, title, about, task }) =>
      el(
        "button",
        {
          type: "button",
          class: "starter",
          onclick: async () => {
            store.set({ task });
            await open(file);
            onStart();
          },
        },
        el("b", {}, title),
        el("span", {}, about),
        drawSparkline(fetchExample(file)),
      ),
    ),
  );
  return open;
}

/** A small picture of a file's values, drawn when the file is here. */
function drawSparkline(file) {
  const place = el("span", { class: "sparkline", "aria-hidden": "true" });
  file
    .then((text) => {
      const { data } = readTable("", text);
      place.append(sparkline(data.byId.get(data.ids[0]).y));
    })
    .catch(() => place.remove()); // the button says what is wrong
  return place;
}

function showSource(store, source) {
  byId("columns").hidden = false;
  fill(byId("source-name"), source.name);
  const pick = (role, value) => {
    const dates = role === "time" ? { dates: guessDates(source.table, value) } : {};
    const roles = { ...source.roles, [role]: value, ...dates };
    const exogenous = roles.exogenous.filter((name) => ![roles.id, roles.time, roles.value].includes(name));
    const changed = { ...source, roles: { ...roles, exogenous } };
    store.set({ source: changed, run: null, ...dataOf(changed) });
  };
  const focused = document.activeElement?.id;
  const columns = ROLES.map(({ role, title, none }) =>
    drawRole(role, title, optionsOf(none, source.table), source, pick),
  );
  fill(
    byId("roles"),
    columns,
    source.roles.dates ? drawRole("dates", "Dates begin with", DATES, source, pick) : null,
    drawExogenous(source, pick),
  );
  byId(focused)?.focus();
}

const DATES = [
  ["day", "day"],
  ["month", "month"],
];

function optionsOf(none, table) {
  const names = table.names.map((name) => [name, name]);
  if (none) return [[NONE, `– ${none} –`], ...names];
  return numericColumns(table, []).length > 1 ? [...names, [EVERY, "every column: a series each"]] : names;
}

/** Boxes for the columns of numbers that are left: explanatory variables, their future in rows without a value. */
function drawExogenous({ table, roles }, pick) {
  const left = numericColumns(table, [roles.id, roles.time, roles.value]);
  if (!left.length || roles.value === EVERY || roles.time === NONE) return null;
  const boxes = left.map((name) => el("input", { type: "checkbox", id: `also-${name}`, checked: roles.exogenous.includes(name) }));
  const chosen = () => left.filter((_, i) => boxes[i].checked);
  boxes.forEach((box) => box.addEventListener("change", () => pick("exogenous", chosen())));
  return el(
    "div",
    { class: "field exogenous", role: "group", "aria-labelledby": "exogenous-label" },
    el("p", { class: "label", id: "exogenous-label" }, "Explained by"),
    el("div", { class: "set" }, left.map((name, i) => el("label", {}, boxes[i], name))),
    el("p", { class: "help" }, "Rows below the last value hold what is known of the future."),
  );
}

function drawRole(role, title, choices, { roles }, pick) {
  const id = `column-${role}`;
  const options = choices.map(([value, text]) => el("option", { value, selected: roles[role] === value }, text));
  const select = el(
    "select",
    { id, "aria-describedby": `${id}-complaint`, onchange: (event) => pick(role, event.target.value) },
    options,
  );
  return el(
    "div",
    { class: `field ${role}` },
    el("label", { for: id }, title),
    select,
    el("div", { class: "complaint", id: `${id}-complaint` }),
  );
}

function showProblem({ source, data, problem }) {
  if (source)
    fill(
      byId("source-facts"),
      (data ? factsOf(source, data) : [rows(source.table.rows)]).map((fact) => el("span", {}, fact)),
    );
  fill(byId("guess"), source ? guessOf(source, data) : null);
  if (source) for (const field of columnFields().values()) field.complain([]);
  const field = problem && byId(`column-${problem.field}`);
  if (field) complain(field, byId(`column-${problem.field}-complaint`), [problem]);
  fill(
    byId("data-problem"),
    problem && !field
      ? el("p", { class: "problem" }, problem.message, el("span", { class: "hint" }, problem.hint))
      : null,
  );
}

const rows = (count) => `${count.toLocaleString("en-GB")} ${count === 1 ? "row" : "rows"}`;

function factsOf({ table, roles }, { ids, byId: series, time, columns, future }) {
  const facts = [
    rows(table.rows),
    ids.length === 1 ? "1 series" : `${ids.length.toLocaleString("en-GB")} series`,
  ];
  const { ds } = series.get(ids[0]);
  const empty = roles.value === EVERY ? 0 : columns.y.filter((value) => value === null).length;
  if (future) facts.push(`${future.ds.length.toLocaleString("en-GB")} of the future`);
  if (empty) facts.push(`${empty.toLocaleString("en-GB")} empty`);
  const span =
    roles.time !== NONE && time !== "order" ? `${sayStamp(ds[0])} to ${sayStamp(ds[ds.length - 1])}` : null;
  return [facts.join(" · "), span].filter(Boolean);
}

function guessOf({ roles, guess }, data) {
  const guessed = Object.keys(roles).every((role) => same(roles[role], guess[role]));
  const said = guessed ? "Guessed from names and content; change what is wrong." : "As you chose.";
  const unsent = data?.unsent.length ? ` Not sent: ${data.unsent.join(", ")}.` : "";
  return `${said}${unsent}`;
}
