// Which column is what: as the server read the file, and as the person says. See POST /v1/read.

export const NONE = "";
export const EVERY = "*"; // instead of a column of values: each column of numbers is a series

/** Roles {id, time, value, exogenous, dates, decimal ...} of a source: names of columns, NONE where there is none or none is known. */
export function rolesOf({ reading, said }) {
  const { roles, layout, begins, question } = reading;
  const unsettled = (option) => question?.option === option;
  return {
    id: roles.id_col ?? NONE,
    time: roles.time_col ?? NONE,
    value: layout === "series" ? EVERY : (roles.target_col ?? NONE),
    exogenous: roles.exog.filter((name) => name !== labelsOf(said)),
    dates: said.dates ?? (unsettled("dates") ? NONE : begins),
    decimal: said.decimal ?? (unsettled("decimal") ? NONE : null),
    sheet: reading.sheets.length > 1 ? reading.sheet : null,
    encoding: said.encoding ?? (unsettled("encoding") ? NONE : isUsual(reading.encoding) ? null : reading.encoding),
    nines: said.keep_nines || reading.has_nines ? Boolean(said.keep_nines) : null,
    format: said.time_format ?? (unsettled("time_format") || unsettled("time_col") ? NONE : null),
  };
}

const isUsual = (encoding) => encoding === null || encoding === "utf-8";

/** What is said of a file once `value` is picked for a role: what no longer fits is left to be guessed anew. */
export function sayingAlso(said, role, value) {
  const { exog = [], labels = null, ...rest } = said;
  const left = exog.filter((name) => name !== value);
  const changed = { ...rest, labels: labels === value ? null : labels, exog: role === "exogenous" ? value : left };
  if (role === "labels") changed.labels = value;
  if (role === "id") changed.id_col = value;
  if (role === "time") Object.assign(changed, { time_col: value, dates: null, time_format: null });
  if (role === "dates") changed.dates = value || null;
  if (role === "decimal") changed.decimal = value || null;
  if (role === "encoding") return value ? { encoding: value } : {}; // other letters, so perhaps other names
  if (role === "sheet") return { sheet: value }; // another table: what was said of the columns is of this one
  if (role === "nines") changed.keep_nines = value;
  if (role === "format") changed.time_format = value || null;
  if (role === "value" && value === EVERY) Object.assign(changed, { wide: true, id_col: null, target_col: null, labels: null, exog: [] });
  if (role === "value" && value !== EVERY) Object.assign(changed, { wide: false, target_col: value || null });
  return Object.fromEntries(Object.entries(changed).filter(([, one]) => isSaid(one)));
}

/** The column that only says which points are anomalies, null if there is none: no model is to see it. */
export const labelsOf = ({ labels = null, exog = [] }) => (exog.includes(labels) ? null : labels);

/** What is said to the server: a column of labels is read as one more column beside the values. */
export function sayingToServer({ labels, ...said }) {
  return labels ? { ...said, exog: [...new Set([...(said.exog ?? []), labels])] } : said;
}

const isSaid = (one) => one !== null && one !== false && !(Array.isArray(one) && !one.length);

/** Names of the columns of numbers beside those in `taken`. */
export const numericColumns = ({ columns }, taken) => columnsOf(["numbers"], columns, taken);

/** Names of those that can be sent beside the values: numbers, or true and false. */
export const furtherColumns = ({ columns }, taken) => columnsOf(["numbers", "flags"], columns, taken);

const columnsOf = (kinds, columns, taken) =>
  columns.filter(({ name, holds }) => kinds.includes(holds) && !taken.includes(name)).map(({ name }) => name);
