// Many series at a glance: a row for each with what a task tells of it, the one that wants looking at first.

import { el, fill } from "./dom.js";
import { MOST_ROWS, scrolled } from "./lists.js";
import { sayNumber } from "./numbers.js";
import { partOfRun } from "./plot-panel.js";
import { taskOf } from "./tasks/index.js";

/** Whether a run has an overview: several series, and a task that has something to tell of each. */
export const hasOverview = ({ run }) => Boolean(run && run.data.ids.length > 1 && taskOf(run.task).overview);

/** The elements of the overview; `onShow(id)` is called when a series is chosen. */
export function drawOverview({ run, shown, catalog }, onShow) {
  const { by, of } = taskOf(run.task).overview;
  const entries = new Map((run.answer.series ?? []).map((entry) => [String(entry.unique_id ?? ""), entry]));
  const rows = run.data.ids.map((id) => {
    const part = partOfRun(run, id);
    const context = { id, answer: run.answer, entry: entries.get(id), history: run.data.byId.get(id), catalog };
    return { id, told: part ? of(part, context) : null };
  });
  const titles = [...new Set(rows.flatMap(({ told }) => Object.keys(told ?? {})))];
  const choice = { by: by.find((title) => rows.some(({ told }) => isKnown(told?.[title]))) ?? NAME, isUp: false, find: "" };
  const place = el("div");
  const draw = () => fill(place, drawRows(sorted(rows, choice), titles, choice, { shown, onShow, draw }));
  const find = el("input", { type: "search", id: "find-series", oninput: () => {
    choice.find = find.value.trim().toLowerCase();
    draw();
  } });
  draw();
  return [el("div", { class: "field inline order" }, el("label", { for: "find-series" }, "Find"), find), place];
}

const NAME = "Series";
const isKnown = (value) => value !== null && value !== undefined;

function sorted(rows, { by, isUp, find }) {
  const side = isUp ? 1 : -1;
  const found = find ? rows.filter(({ id }) => id.toLowerCase().includes(find)) : [...rows];
  const value = ({ id, told }) => (by === NAME ? id : told?.[by]);
  return found.sort((a, b) => {
    const [one, other] = [value(a), value(b)];
    if (!isKnown(one) || !isKnown(other)) return Number(isKnown(other)) - Number(isKnown(one));
    return side * (typeof one === "number" ? one - other : String(one).localeCompare(String(other)));
  });
}

function drawRows(rows, titles, choice, { shown, onShow, draw }) {
  const isOfWords = (title) => rows.some(({ told }) => isWords(told?.[title]));
  const head = [NAME, ...titles].map((title) => drawHead(title, choice, draw, isOfWords(title)));
  const body = rows.slice(0, MOST_ROWS).map(({ id, told }) => {
    const name = el("button", { type: "button", class: "name", onclick: () => onShow(id) }, id);
    const cells = told ? titles.map((title) => drawCell(told[title], isOfWords(title))) : [el("td", { class: "words", colspan: titles.length }, "failed")];
    return el("tr", { class: id === shown ? "shown" : null }, el("th", { scope: "row" }, name), cells);
  });
  const left = rows.length - body.length;
  return [
    scrolled("Overview", el("tr", {}, head), body),
    left > 0 ? el("p", { class: "empty" }, `The first ${MOST_ROWS}; find the other ${left.toLocaleString("en-GB")} by name.`) : null,
  ];
}

/** A heading that sorts: the greatest first, then the least. */
function drawHead(title, choice, draw, isOfWords) {
  const isBy = choice.by === title;
  const sort = () => {
    Object.assign(choice, { by: title, isUp: isBy ? !choice.isUp : title === NAME });
    draw();
  };
  const button = el("button", { type: "button", class: "sort", onclick: sort }, title, isBy ? (choice.isUp ? " ▲" : " ▼") : "");
  const order = isBy ? (choice.isUp ? "ascending" : "descending") : null;
  return el("th", { scope: "col", class: isOfWords ? "words" : null, "aria-sort": order }, button);
}

const isWords = (value) => isKnown(value) && typeof value !== "number";

const drawCell = (value, isOfWords) =>
  el("td", { class: isOfWords ? "words" : null }, isWords(value) ? String(value) : sayNumber(value ?? null));
