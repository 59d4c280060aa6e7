// CSV out: a table of columns as a text that spreadsheets read.

/** Write columns {name: [values]} as CSV; null becomes an empty cell. */
export function writeCsv(columns) {
  const names = Object.keys(columns);
  const rows = Array.from({ length: columns[names[0]].length }, (_, i) =>
    names.map((name) => quote(columns[name][i])),
  );
  return [names.map(quote), ...rows].map((cells) => cells.join(",")).join("\n") + "\n";
}

function quote(value) {
  const text = value === null || value === undefined ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
