// From what the server read of a file to series: what is sent to the server, and what is drawn.

import { hasZone, toSeconds, withoutMidnights, withoutZone } from "./times.js";

/**
 * Make series of the columns that were read: {columns, future, ids, byId, time, marks}. `columns` is what is sent (unique_id,
 * ds, y and exogenous columns), `future` their rows after the last value of each series, null if there are none;
 * `marks` names the column that says which points are anomalies; `byId` maps an id to {ds, x, y} in order of time; `time` is "date", "integer" or "order".
 */
export function makeSeries({ unique_id: keys, ds, y, ...exogenous }, marks = null) {
  const labels = keys?.map(String);
  const columns = { ...(labels && { unique_id: labels }), ...(ds && { ds }), y, ...exogenous };
  const ahead = Object.keys(exogenous).some((name) => name !== marks) ? rowsAhead(labels, y) : new Set();
  const known = rowsOf(columns, (row) => !ahead.has(row));
  const { y: _, ...beside } = columns;
  const time = kindOfTime(known.ds ?? null);
  const series = group(known.unique_id ?? known.y.map(() => ""), known.ds ?? null, known.y, time);
  return {
    columns: known,
    future: ahead.size ? rowsOf(beside, (row) => ahead.has(row)) : null,
    ids: [...series.keys()],
    byId: series,
    time,
    marks,
  };
}

/** Rows below the last value of their series: what is known of the future. */
function rowsAhead(labels, y) {
  const ended = new Set();
  const ahead = new Set();
  for (let row = y.length - 1; row >= 0; row -= 1) {
    const label = labels?.[row] ?? "";
    if (y[row] !== null) ended.add(label);
    else if (!ended.has(label)) ahead.add(row);
  }
  return ahead;
}

function rowsOf(columns, isWanted) {
  return Object.fromEntries(
    Object.entries(columns).map(([name, values]) => [name, values.filter((_, row) => isWanted(row))]),
  );
}

function kindOfTime(stamps) {
  if (stamps === null || stamps.every(Number.isInteger)) return "integer";
  return stamps.every((stamp) => Number.isFinite(toSeconds(stamp))) ? "date" : "order";
}

function group(labels, ds, y, time) {
  const rows = new Map();
  labels.forEach((label, i) => (rows.has(label) ? rows.get(label).push(i) : rows.set(label, [i])));
  return new Map([...rows].map(([label, places]) => [label, one(places, ds, y, time)]));
}

function one(places, ds, y, time) {
  const stamps = places.map((place, i) => (ds ? ds[place] : i));
  const x = positions(stamps, time);
  const order = [...places.keys()].sort((a, b) => x[a] - x[b]);
  const said = time === "integer" ? stamps : withoutMidnights(stamps);
  return { ds: order.map((i) => said[i]), x: order.map((i) => x[i]), y: order.map((i) => y[places[i]]) };
}

/**
 * Where stamps lie on the axis: seconds, the integers themselves, or their order. `like`: stamps of the same axis;
 * where they have no zone, clocks are read as they are, whatever zone the server was told.
 */
export function positions(stamps, time, like = stamps) {
  if (time === "date") return stamps.map(hasZone(like[0]) ? toSeconds : (stamp) => toSeconds(withoutZone(stamp)));
  return time === "integer" ? stamps.map(Number) : stamps.map((_, i) => i);
}

/** One axis for a history and the rows of an answer that lie at `places`: {x, ds, y, at(row), place(values, rows)}. */
export function joinedAxis(history, places, ds) {
  const stamps = new Map(history.x.map((at, i) => [at, history.ds[i]]));
  places.forEach((at, row) => stamps.has(at) || stamps.set(at, ds[row]));
  const x = [...stamps.keys()].sort((a, b) => a - b);
  const indexes = new Map(x.map((at, i) => [at, i]));
  const values = new Map(history.x.map((at, i) => [at, history.y[i]]));
  const at = (row) => indexes.get(places[row]);
  return {
    x,
    ds: x.map((one) => stamps.get(one)),
    y: x.map((one) => values.get(one) ?? null),
    at,
    place(column, rows = [...places.keys()]) {
      const placed = Array(x.length).fill(null);
      for (const row of rows) placed[at(row)] = column[row];
      return placed;
    },
  };
}
