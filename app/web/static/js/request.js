// From what is chosen to the request that is sent, and the same request as others would write it.

import { sayingToServer } from "./columns.js";

/** The request {path, body, options, task} of a task. */
export function makeRequest(task, data, options) {
  const { h, ...rest } = options;
  const ordered = h === undefined ? rest : { h, ...rest };
  const future = data.future && task.takesFuture ? { future: data.future } : {};
  return { task, path: task.path, options: ordered, body: { ...seriesOf(columnsFor(ordered, data)), ...future, ...ordered } };
}

/** The columns to send: that of the labels only where it is asked for by its name. */
function columnsFor({ labels }, { columns, marks }) {
  if (marks === null || labels === marks) return columns;
  const { [marks]: _, ...others } = columns;
  return others;
}

function seriesOf(columns) {
  return columns.ds || columns.unique_id ? { series: columns } : { y: columns.y };
}

const LONGEST = 6;

/** The same call for a shell: `short` to look at, `full()` to copy. */
export function asCurl(request, server) {
  const write = (body) =>
    [
      `curl -sS ${server}${request.path} \\`,
      "  -H 'Content-Type: application/json' \\",
      "  --data-binary @- <<'JSON'",
      body,
      "JSON",
    ].join("\n");
  return { short: write(shortJson(request.body)), full: () => write(JSON.stringify(request.body)) };
}

/** JSON with long arrays cut; it is for reading only. */
function shortJson(value, indent = "") {
  if (Array.isArray(value)) return shortArray(value);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const inner = `${indent}  `;
  const lines = Object.entries(value).map(
    ([key, one]) => `${inner}${JSON.stringify(key)}: ${shortJson(one, inner)}`,
  );
  return `{\n${lines.join(",\n")}\n${indent}}`;
}

function shortArray(values) {
  const shown = values
    .slice(0, values.length > LONGEST ? 3 : LONGEST)
    .map((one) => JSON.stringify(one))
    .join(", ");
  return values.length > LONGEST ? `[${shown}, … ${values.length - 3} more]` : `[${shown}]`;
}

/** The same call in Python, with the file that was read, by the same rules. */
export function asPython(request, { name, said, reading }, server) {
  const { future } = request.body;
  const isTable = request.body.series?.ds !== undefined;
  const file = `tidecast.read(${[asLiteral(name), ...sayings(said, reading, request.options)].join(", ")})`;
  const lines = [
    ...(isTable ? ["import pandas as pd"] : []),
    "import tidecast",
    "",
    `data = ${isTable ? `pd.DataFrame(${file})` : file}`,
    ...(future ? splitting(future) : []),
  ];
  const options = Object.entries(request.options).map(([option, value]) => `${option}=${asLiteral(value)}`);
  const given = [...(future ? ["future=future"] : []), ...options];
  lines.push(`client = tidecast.Client(${asLiteral(server)})`, ...pythonCall(request.task, given));
  return lines.join("\n");
}

/** Forecasts and detections have their method, which returns the table; other answers have more to print. */
function pythonCall({ method, path, prints }, given) {
  if (method) return [`table = client.${method}(${wrapped(["data", ...given])})`, "print(table)"];
  const call = [asLiteral(path.replace("/v1/", "")), "data", ...given];
  return [`answer = client.ask(${wrapped(call)})`, ...prints.map((one) => `print(${one})`)];
}

/** What was said of the file; stamps that come twice are said to be meant so. */
function sayings({ labels, ...said }, { question }, options) {
  const told = labels && labels === options.labels ? sayingToServer({ ...said, labels }) : said;
  const words = { ...told, ...(question?.option === "id_col" && { repeats: true }) };
  return Object.entries(words).map(([option, value]) => `${option}=${asLiteral(value)}`);
}

/** Rows below the last value of their series go into a frame of their own. */
function splitting(future) {
  const late = (values) => `${values}[::-1].isna().cumprod()[::-1].astype(bool)`;
  const flags = future.unique_id
    ? `data.groupby("unique_id")["y"].transform(lambda y: ${late("y")})`
    : late('data["y"]');
  return [`late = ${flags}`, 'data, future = data[~late], data[late].drop(columns="y")'];
}

function wrapped(parts) {
  const line = parts.join(", ");
  return line.length <= 60 ? line : `\n    ${parts.join(",\n    ")},\n`;
}

/** A JSON value as Python writes it. */
function asLiteral(value) {
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (Array.isArray(value)) return `[${value.map(asLiteral).join(", ")}]`;
  if (typeof value === "object")
    return `{${Object.entries(value)
      .map(([key, one]) => `${asLiteral(key)}: ${asLiteral(one)}`)
      .join(", ")}}`;
  return JSON.stringify(value);
}
