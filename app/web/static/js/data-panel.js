// Step 1: bring a table, by drop, file, paste or example, and say which column is what.

import { readFile, Refusal } from "./api.js";
import { EVERY, furtherColumns, labelsOf, NONE, numericColumns, rolesOf, sayingAlso, sayingToServer } from "./columns.js";
import { byId, el, fill } from "./dom.js";
import { ENCODINGS } from "./encodings.js";
import { EXAMPLES, fetchExample, valuesOf } from "./examples.js";
import { complain, sayProblem } from "./forms.js";
import { counted } from "./numbers.js";
import { asSentence } from "./sentences.js";
import { makeSeries } from "./series.js";
import { sparkline } from "./sparkline.js";
import { sayStamp } from "./times.js";

const ROLES = [
  { role: "id", title: "Series", none: "none" },
  { role: "time", title: "Time", none: "none" },
  { role: "value", title: "Values", none: null },
];

/** Start the panel; `onStart` is called when an example is to be tried at once. Returns {load(name, bytes, said), open(example)}. */
export function startDataPanel(store, { onStart }) {
  const load = reader(store);
  startFiles(load);
  startPaste(load);
  const open = startExamples(store, load, onStart);
  store.on(["source"], ({ source }) => showSource(source, load));
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

/** What the panels know of a file that was read. */
function stateOf(source) {
  const { series, question } = source.reading;
  const data = series && makeSeries(series, labelsOf(source.said));
  return { source, data, run: null, shown: data ? data.ids[0] : null, problem: question && problemOf(question) };
}

const FIELDS = {
  id_col: "id",
  time_col: "time",
  target_col: "value",
  dates: "dates",
  decimal: "decimal",
  time_format: "format",
  encoding: "encoding",
};

/** A question of the server in the words of this form. */
function problemOf({ option, message, choices }) {
  const hints = {
    id_col: "choose the column that tells the series apart, or say under More options how rows are merged (Duplicates)",
    time_col: "choose another column, or say below how the times are written",
    time_format: "say how the times are written, or choose another column",
    target_col: choices.length > 1
      ? "choose one, or take every column as a series"
      : "choose another column, or leave the cell empty where a value is missing",
    dates: "say what they begin with",
    decimal: "say which sign begins the fraction",
    encoding: "choose another, or have it guessed",
  };
  return { message, hint: hints[option] ?? null, field: FIELDS[option] ?? null };
}

/** A loader of files: asks the server what they hold; of several at once the last one counts. */
function reader(store) {
  let latest = 0;
  return async (name, bytes, said = {}) => {
    const mine = ++latest;
    byId("drop").setAttribute("aria-busy", "true");
    store.set({ reading: true });
    const waiting = setTimeout(() => fill(byId("data-problem"), el("p", { class: "help" }, "Reading …")), 300);
    try {
      const reading = await readFile(bytes, sayingToServer(said));
      if (mine === latest) store.set(stateOf({ name, bytes, said, reading }));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { source } = store.get();
      const before = source?.bytes === bytes ? { source: { ...source } } : NOTHING; // of this file, before this was said
      if (mine === latest) store.set({ ...before, problem: { ...error.problems[0], field: null } });
    } finally {
      clearTimeout(waiting);
      if (mine === latest) {
        byId("drop").setAttribute("aria-busy", "false");
        store.set({ reading: false });
      }
    }
  };
}

const NOTHING = { source: null, data: null, run: null, shown: null };

function startFiles(load) {
  const take = async (file) => file && load(file.name, new Uint8Array(await file.arrayBuffer()));
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
    load("pasted.csv", new TextEncoder().encode(area.value));
    area.value = "";
  });
  addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (event.target.closest?.("input, textarea, select") || !/\n/.test(text.trim())) return;
    event.preventDefault();
    load("pasted.csv", new TextEncoder().encode(text));
  });
}

function startExamples(store, load, onStart) {
  const choose = byId("example");
  choose.append(
    ...EXAMPLES.map(({ file, title }) => el("option", { value: file }, title)),
  );
  const open = async (file) => {
    try {
      await load(file, await fetchExample(file));
    } catch (error) {
      store.set({ problem: { message: error.message, hint: "bring a file of your own", field: null } });
    }
  };
  choose.addEventListener("change", () => choose.value && open(choose.value));
  store.on(
    ["source"],
    ({ source }) => (choose.value = EXAMPLES.some(({ file }) => file === source?.name) ? source.name : ""),
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
            byId("result").focus({ preventScroll: true }); // the button is gone
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
    .then((bytes) => place.append(sparkline(valuesOf(bytes))))
    .catch(() => place.remove()); // the button says what is wrong
  return place;
}

function showSource(source, load) {
  byId("columns").hidden = !source;
  if (!source) return;
  fill(byId("source-name"), source.name);
  const { name, bytes, said, reading } = source;
  const roles = rolesOf(source);
  const pick = (role, value) => load(name, bytes, sayingAlso(said, role, value));
  const focused = document.activeElement?.id;
  const drawn = (role, title, choices) => drawRole(role, title, choices, roles[role], pick);
  const isOpen = byId("otherwise")?.open ?? false;
  const fields = [
    ["dates", () => drawn("dates", "Dates begin with", unlessSettled(roles.dates, DATES))],
    ["decimal", () => drawn("decimal", "Fractions begin with", unlessSettled(roles.decimal, SIGNS))],
    ["sheet", () => drawn("sheet", "Sheet", reading.sheets.map((one) => [one, one]))],
    ["encoding", () => drawn("encoding", "Letters are in", encodingsWith(roles.encoding))],
    ["nines", () => drawNines(roles.nines, pick)],
    ["format", () => drawFormat(roles.format, pick)],
  ];
  const asked = fields.filter(([role]) => roles[role] !== null);
  const isOfText = { sheet: false, encoding: reading.encoding !== null };
  const other = fields.filter(([role]) => roles[role] === null && (isOfText[role] ?? true));
  const isDated = reading.layout === "dates"; // each row a series, each column a date: nothing to choose
  fill(
    byId("roles"),
    isDated ? null : ROLES.map(({ role, title, none }) => drawn(role, title, optionsOf(role, none, reading, roles))),
    asked.map(([, field]) => field()),
    isDated ? null : drawExogenous(reading, roles, pick),
    other.length ? drawOtherwise(other.map(([, field]) => field()), isOpen) : null,
  );
  byId(focused)?.focus();
}

const CHOOSE = [NONE, "– choose –"];
const DATES = [
  ["day", "day"],
  ["month", "month"],
];
const SIGNS = [
  [",", "comma, as in 1,5"],
  [".", "point, as in 1.5"],
];
const GUESS = [NONE, "– guess –"];
const unlessSettled = (value, choices) =>
  value === NONE ? [CHOOSE, ...choices] : value === null ? [GUESS, ...choices] : choices;

const encodingsWith = (chosen) => [
  GUESS,
  ...(ENCODINGS.some(([name]) => name === chosen) || !chosen ? [] : [[chosen, chosen]]),
  ...ENCODINGS,
];

function optionsOf(role, none, reading, roles) {
  const names = reading.columns.map(({ name }) => [name, name]);
  const chosen = roles[role];
  const made = ![NONE, EVERY, ...names.map(([name]) => name)].includes(chosen) ? [[chosen, `${chosen} (made of several)`]] : [];
  if (none) return [[NONE, `– ${none} –`], ...made, ...names];
  const every = numericColumns(reading, []).length > 1 ? [[EVERY, "every column: a series each"]] : [];
  return [...(chosen === NONE ? [CHOOSE] : []), ...made, ...names, ...every];
}

/** Boxes for the columns of numbers that are left: explanatory variables, their future in rows without a value. */
function drawExogenous(reading, { id, time, value, exogenous }, pick) {
  const left = furtherColumns(reading, [id, time, value]);
  if (!left.length || [EVERY, NONE].includes(value) || time === NONE) return null;
  const boxes = left.map((name) => el("input", { type: "checkbox", id: `also-${name}`, checked: exogenous.includes(name) }));
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

function drawRole(role, title, choices, chosen, pick) {
  const options = choices.map(([value, text]) => el("option", { value, selected: chosen === value }, text));
  return framed(role, title, el("select", { onchange: (event) => pick(role, event.target.value) }, options));
}

/** What could be said of any file, for those who see that it was read otherwise than it was meant. */
function drawOtherwise(fields, isOpen) {
  return el("details", { id: "otherwise", open: isOpen }, el("summary", {}, "Read it otherwise"), fields);
}

/** A box that takes numbers such as -9999, which are taken for missing, for values. */
function drawNines(kept, pick) {
  const box = el("input", { type: "checkbox", id: "column-nines", checked: Boolean(kept) });
  box.addEventListener("change", () => pick("nines", box.checked));
  const label = el("label", {}, box, "Numbers of nines are values");
  return el("div", { class: "field nines" }, el("div", { class: "set" }, label));
}

function drawFormat(format, pick) {
  const input = el("input", {
    value: format ?? NONE,
    placeholder: "%d/%m/%Y %H:%M",
    onchange: (event) => pick("format", event.target.value.trim()),
  });
  return framed("format", "Times are written as", input);
}

function framed(role, title, input) {
  const id = `column-${role}`;
  input.id = id;
  input.setAttribute("aria-describedby", `${id}-complaint`);
  return el(
    "div",
    { class: `field ${role}` },
    el("label", { for: id }, title),
    input,
    el("div", { class: "complaint", id: `${id}-complaint` }),
  );
}

function showProblem({ source, data, problem }) {
  if (source) fill(byId("source-facts"), factsOf(source, data).map((fact) => el("span", {}, fact)));
  fill(byId("guess"), source ? remarksOf(source) : null);
  if (source) for (const field of columnFields().values()) field.complain([]);
  const field = problem && source && byId(`column-${problem.field}`);
  if (field) complain(field, byId(`column-${problem.field}-complaint`), [problem]);
  const place = fill(byId("data-problem"), problem && !field ? sayProblem(problem) : null);
  if (problem) (field ?? place).scrollIntoView({ block: "nearest" }); // the form may stand at another place
}

const rows = (count) => counted(count, "row");

function factsOf(source, data) {
  const { reading } = source;
  if (!data) return reading.columns.length ? [rows(reading.rows)] : [];
  const { ids, byId: series, time, columns, future } = data;
  const facts = [rows(reading.rows), counted(ids.length, "series", "series")];
  const { ds } = series.get(ids[0]);
  const empty = reading.layout === "long" ? columns.y.filter((value) => value === null).length : 0;
  if (future) facts.push(`${future.ds.length.toLocaleString("en-GB")} of the future`);
  if (empty) facts.push(`${empty.toLocaleString("en-GB")} empty`);
  const span = columns.ds && time !== "order" ? `${sayStamp(ds[0])} to ${sayStamp(ds[ds.length - 1])}` : null;
  return [facts.join(" · "), span].filter(Boolean);
}

const CHOICE = /^(time|value|id) column: /;

/** What was read as what; of columns that the selects show anyway, only that they were guessed. */
function remarksOf({ reading: { notes }, said }) {
  const isGuess = notes.some((note) => !note.startsWith(UNUSED));
  const guessed = Object.keys(said).length ? "As you chose." : isGuess ? "Guessed; change what is wrong." : null;
  const unsent = notes.filter((note) => note.startsWith(UNUSED)).map((note) => `Not sent: ${note.slice(UNUSED.length)}.`);
  const others = notes.filter((note) => !CHOICE.test(note) && !note.startsWith(UNUSED)).map(asSentence);
  return [el("p", {}, [guessed, ...unsent].filter(Boolean).join(" ")), others.length ? el("ul", {}, others.map((one) => el("li", {}, one))) : null];
}

const UNUSED = "columns not used: ";
