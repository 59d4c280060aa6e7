// Numbers for people: one minus, one number of decimals for values that stand together.

const general = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 6 });
const scientific = new Intl.NumberFormat("en-GB", { notation: "scientific", maximumSignificantDigits: 5 });

/** A number by itself; null is a dash. */
export const sayNumber = (value) => say(value, isExtreme(Math.abs(value)) ? scientific : general);

/** A function that says numbers like those of some columns: so many digits of the largest, alike for all. */
export function sayerFor(columns, digits = 5) {
  const largest = columns.reduce(
    (most, values) => values.reduce((so, value) => Math.max(so, Math.abs(value ?? 0)), most),
    0,
  );
  if (isExtreme(largest)) return (value) => say(value, scientific);
  const decimals = largest ? Math.min(8, Math.max(0, digits - 1 - Math.floor(Math.log10(largest)))) : 0;
  const format = new Intl.NumberFormat("en-GB", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return (value) => say(value, format);
}

const isExtreme = (size) => size >= 1e9 || (size > 0 && size < 1e-4);

function say(value, format) {
  return value === null || value === undefined ? "–" : format.format(value).replace(/-/g, "−");
}

/** A count with its noun: "1 point", "2 points", "2 anomalies". */
export const counted = (count, one, many = `${one}s`) => `${count.toLocaleString("en-GB")} ${count === 1 ? one : many}`;
