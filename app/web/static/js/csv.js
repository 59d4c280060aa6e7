// CSV in and out: any of the usual delimiters, quotes, decimal commas, with or without a header.

const DELIMITERS = [",", ";", "\t", "|"];
const MISSING = new Set(["", "na", "n/a", "nan", "null", "none", "-"]);

/** Read a table: {names, columns, rows, delimiter, decimalComma}; every cell stays a string. */
export function parseCsv(text) {
  const clean = text.replace(/^\uFEFF/, "");
  const delimiter = guessDelimiter(clean);
  const lines = splitCells(clean, delimiter).filter((cells) => cells.some((cell) => cell.trim() !== ""));
  const hasHeader = lines.length > 0 && !lines[0].some(looksLikeValue);
  const width = Math.max(0, ...lines.slice(0, 1000).map((cells) => cells.length));
  const body = hasHeader ? lines.slice(1) : lines;
  const table = {
    names: columnNames(hasHeader ? lines[0] : [], width),
    columns: transpose(body, width),
    rows: body.length,
    delimiter,
  };
  return { ...table, decimalComma: usesDecimalComma(table) };
}

/** The delimiter that divides the first lines most, and alike. */
function guessDelimiter(text) {
  const head = text.slice(0, 20000).split(/\r?\n/, 20).join("\n");
  const width = (delimiter) =>
    Math.min(
      ...splitCells(head, delimiter)
        .filter((cells) => cells.join("") !== "")
        .map((cells) => cells.length),
    );
  const widths = DELIMITERS.map(width);
  return DELIMITERS[widths.indexOf(Math.max(...widths))];
}

/** Cells of each line; a quoted cell may hold delimiters, line ends and doubled quotes. */
function splitCells(text, delimiter) {
  const lines = [];
  let cells = [];
  let at = 0;
  while (at < text.length) {
    const [cell, next] = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at, delimiter);
    cells.push(cell);
    at = next;
    if (text[at] === delimiter) {
      at += 1;
      if (at === text.length) cells.push("");
      continue;
    }
    lines.push(cells);
    cells = [];
    if (text[at] === "\r") at += 1;
    if (text[at] === "\n") at += 1;
  }
  if (cells.length) lines.push(cells);
  return lines;
}

function plainCell(text, from, delimiter) {
  let at = from;
  while (at < text.length && text[at] !== delimiter && text[at] !== "\n" && text[at] !== "\r") at += 1;
  return [text.slice(from, at), at];
}

function quotedCell(text, from) {
  let cell = "";
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return [cell + text.slice(at), text.length];
    cell += text.slice(at, quote);
    if (text[quote + 1] !== '"') return [cell, quote + 1];
    cell += '"';
    at = quote + 2;
  }
}

const looksLikeValue = (cell) => /^\s*[-+]?[\d.,]*\d[\d.,:TZ\s+/eE-]*$/.test(cell);

function columnNames(header, width) {
  const names = Array.from({ length: width }, (_, i) => (header[i] ?? "").trim() || `column ${i + 1}`);
  return names.map((name, i) => (names.indexOf(name) === i ? name : `${name} (${i + 1})`));
}

function transpose(lines, width) {
  return Array.from({ length: width }, (_, i) => lines.map((cells) => (cells[i] ?? "").trim()));
}

function usesDecimalComma({ columns, delimiter }) {
  if (delimiter === ",") return false;
  const cells = columns.flatMap((column) => column.slice(0, 200));
  return cells.some((cell) => /^[-+]?\d+,\d+$/.test(cell)) && !cells.some((cell) => /^[-+]?\d+\.\d+$/.test(cell));
}

/** A cell as a number, null if missing, NaN if it is neither. */
export function toNumber(cell, decimalComma = false) {
  if (MISSING.has(cell.toLowerCase())) return null;
  return /^[-+]?(\d|[.,]\d)/.test(cell) ? Number(decimalComma ? cell.replace(",", ".") : cell) : NaN;
}

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
