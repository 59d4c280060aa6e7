// Which column is the series, which the time, which the value: guessed by name, then by content.

import { toNumber } from "./csv.js";
import { firstPartOf, isInteger, toSeconds } from "./times.js";

export const NONE = "";
export const EVERY = "*"; // instead of a column of values: each column of numbers is a series
const NAMES = {
  id: [
    "unique_id",
    "id",
    "series",
    "series_id",
    "item_id",
    "item",
    "sku",
    "store",
    "sensor",
    "name",
    "key",
    "group",
  ],
  time: [
    "ds",
    "date",
    "datetime",
    "timestamp",
    "time",
    "day",
    "month",
    "week",
    "quarter",
    "year",
    "hour",
    "index",
    "t",
  ],
  value: ["y", "value", "target", "sales", "demand", "count", "amount", "quantity", "load"],
};

/** Guess {id, time, value, exogenous}: names of columns, or NONE where there is no such column; `dates` as `guessDates` has it. */
export function guessRoles(table) {
  const time =
    byName(table, "time", (cells) => isTime(cells) || isCounter(cells)) ?? byContent(table, isTime, []);
  const value =
    byName(table, "value", isNumeric, [time]) ??
    byContent(table, isNumeric, [time, byName(table, "id", isLabel)]);
  const id = byName(table, "id", isLabel, [time, value]) ?? byContent(table, isWords, [time, value]);
  return {
    id: id ?? NONE,
    time: time ?? NONE,
    dates: guessDates(table, time ?? NONE),
    value: value ?? table.names.find((name) => name !== time) ?? NONE,
    exogenous: [],
  };
}

/** Columns of numbers beside the time and those in `taken`. */
export function numericColumns(table, taken) {
  return table.names.filter((name) => !taken.includes(name) && isNumeric(sample(table, name), table));
}

/** A wide table as a long one: {names, columns} with a series for each of the columns of numbers. */
export function melted(table, { time }) {
  const series = numericColumns(table, [time]);
  const repeated = (name) => series.flatMap(() => columnOf(table, name));
  return {
    ...table,
    names: ["unique_id", ...(time === NONE ? [] : [time]), "y"],
    columns: [
      series.flatMap((name) => Array(table.rows).fill(name)),
      ...(time === NONE ? [] : [repeated(time)]),
      series.flatMap((name) => columnOf(table, name)),
    ],
    rows: table.rows * series.length,
  };
}

/** What dates such as 31.12.2024 begin with: "day" or "month"; "" for other stamps. */
export const guessDates = (table, time) => (time === NONE ? "" : firstPartOf(columnOf(table, time)));

function byName(table, role, fits, taken = []) {
  const free = table.names.filter((name) => !taken.includes(name) && fits(sample(table, name), table));
  const plain = (name) =>
    name
      .toLowerCase()
      .trim()
      .replaceAll(/[\s-]+/g, "_");
  return NAMES[role].map((wanted) => free.find((name) => plain(name) === wanted)).find(Boolean);
}

function byContent(table, fits, taken) {
  return table.names.find((name) => !taken.includes(name) && fits(sample(table, name), table));
}

const sample = (table, name) =>
  columnOf(table, name)
    .slice(0, 200)
    .filter((cell) => cell !== "");
const most = (cells, test) => cells.length > 0 && cells.filter(test).length >= 0.9 * cells.length;
const isTime = (cells) => most(cells, (cell) => Number.isFinite(toSeconds(cell)) || firstPartOf([cell]) !== "");
const isCounter = (cells) => most(cells, isInteger);
const isNumeric = (cells, table) => most(cells, (cell) => !Number.isNaN(toNumber(cell, table.decimalComma) ?? 0));
const isLabel = (cells) => cells.length > 0 && !isTime(cells);
const isWords = (cells, table) => isLabel(cells) && !isNumeric(cells, table);

/** The cells of a column by its name. */
export function columnOf(table, name) {
  return table.columns[table.names.indexOf(name)];
}
