// A line of values without axes, for a button or a row of a table.

const SVG = "http://www.w3.org/2000/svg";
const COLUMNS = 120;

/** Draw values, null where missing, as an SVG that stretches to its frame: each column from its least to its greatest. */
export function sparkline(values) {
  const present = values.filter((value) => value !== null);
  const [low, high] = [Math.min(...present), Math.max(...present)];
  const height = (value) => (100 * (high - value)) / (high - low || 1);
  const points = columnsOf(values).flatMap((column, i) =>
    column.length ? [`${i},${height(Math.max(...column))}`, `${i},${height(Math.min(...column))}`] : [],
  );
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 -4 ${COLUMNS} 108`);
  svg.setAttribute("preserveAspectRatio", "none");
  const line = document.createElementNS(SVG, "polyline");
  line.setAttribute("points", points.join(" "));
  svg.append(line);
  return svg;
}

function columnsOf(values) {
  const count = Math.min(COLUMNS, values.length);
  const columns = Array.from({ length: count }, () => []);
  values.forEach((value, i) => value !== null && columns[Math.floor((i * count) / values.length)].push(value));
  return columns;
}
