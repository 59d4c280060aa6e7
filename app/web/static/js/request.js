// From what is chosen to the request that is sent, and the same request as others would write it.

import { EVERY, numericColumns } from "./columns.js";

/** The request {path, body, options, task} of a task. */
export function makeRequest(task, data, options) {
  const { h, ...rest } = options;
  const ordered = h === undefined ? rest : { h, ...rest };
  const future = data.future && task.takesFuture ? { future: data.future } : {};
  return { task, path: task.path, options: ordered, body: { ...seriesOf(data.columns), ...future, ...ordered } };
}

function seriesOf(columns) {
  return columns.ds || columns.unique_id ? { series: columns } : { y: columns.y };
}

const LONGEST = 6;

/** The same call for a shell: `short` to look at, `full()` to copy. */
export function asCurl(request, origin) {
  const write = (body) =>
    [
      `curl -sS ${origin}${request.path} \\`,
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

/** The same call in Python, with the file that was read. */
export function asPython(request, source, origin) {
  const { table } = source;
  const isWide = source.roles.value === EVERY;
  const roles = isWide ? { ...source.roles, id: "unique_id", value: "y" } : source.roles;
  const options = Object.entries(request.options).map(([name, value]) => `${name}=${asLiteral(value)}`);
  const lines = [
    "import pandas as pd",
    "import tidecast",
    "",
    `data = pd.read_csv(${readOptions(source)})${roles.time || roles.id ? "" : `[${asLiteral(roles.value)}]`}`,
    ...(isWide ? [`data = data.melt(${melting(source)})`] : []),
    ...(request.body.future ? splitting(roles) : []),
  ];
  const given = [...(request.body.future ? ["future=future"] : []), ...options, ...renamed(roles)];
  lines.push(`client = tidecast.Client(${asLiteral(origin)})`, ...pythonCall(request.task, given));
  return lines.join("\n");
}

/** Forecasts and detections have their method, which returns the table; other answers have more to print. */
function pythonCall({ method, path, prints }, given) {
  if (method) return [`table = client.${method}(${wrapped(["data", ...given])})`, "print(table)"];
  const call = [asLiteral(path.replace("/v1/", "")), "data", ...given];
  return [`answer = client.ask(${wrapped(call)})`, ...prints.map((one) => `print(${one})`)];
}

function melting({ table, roles }) {
  const kept = roles.time ? [`id_vars=[${asLiteral(roles.time)}]`] : [];
  const series = numericColumns(table, [roles.time]);
  return [...kept, `value_vars=${asLiteral(series)}`, 'var_name="unique_id"', 'value_name="y"'].join(", ");
}

/** Rows below the last value of their series go into a frame of their own. */
function splitting({ id, value }) {
  const name = asLiteral(value);
  const late = (values) => `${values}[::-1].isna().cumprod()[::-1].astype(bool)`;
  const flags = id
    ? `data.groupby(${asLiteral(id)})[${name}].transform(lambda y: ${late("y")})`
    : late(`data[${name}]`);
  return [`late = ${flags}`, `data, future = data[~late], data[late].drop(columns=${name})`];
}

function readOptions({ name, table, roles }) {
  const options = [asLiteral(name)];
  if (table.delimiter !== ",") options.push(`sep=${asLiteral(table.delimiter)}`);
  if (table.decimalComma) options.push('decimal=","');
  if (roles.dates) options.push(`parse_dates=${asLiteral([roles.time])}`);
  if (roles.dates === "day") options.push("dayfirst=True");
  const values = roles.value === EVERY ? numericColumns(table, [roles.time]) : [roles.value, ...roles.exogenous];
  const used = [roles.value === EVERY ? "" : roles.id, roles.time, ...values].filter(Boolean);
  if (used.length < table.names.length) options.push(`usecols=${asLiteral(used)}`);
  return options.join(", ");
}

function renamed(roles) {
  const standard = {
    id_col: [roles.id, "unique_id"],
    time_col: [roles.time, "ds"],
    target_col: [roles.value, "y"],
  };
  const other = Object.entries(standard).filter(([, [is, usual]]) => is && is !== usual);
  return roles.time || roles.id ? other.map(([name, [is]]) => `${name}=${asLiteral(is)}`) : [];
}

function wrapped(parts) {
  const line = parts.join(", ");
  return line.length <= 60 ? line : `\n    ${parts.join(",\n    ")},\n`;
}

/** A JSON value as Python writes it. */
export function asLiteral(value) {
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
