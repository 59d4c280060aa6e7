// The table of an answer: columns of all series, cut by series.

/** Cut columns {unique_id, ds, ...} into a Map of id to columns, in order of appearance. */
export function bySeries(table) {
  const names = Object.keys(table);
  const length = table[names[0]]?.length ?? 0;
  const places = new Map();
  for (let i = 0; i < length; i += 1) {
    const id = String(table.unique_id?.[i] ?? "");
    if (places.has(id)) places.get(id).push(i);
    else places.set(id, [i]);
  }
  return new Map(
    [...places].map(([id, rows]) => [
      id,
      Object.fromEntries(names.map((name) => [name, rows.map((row) => table[name][row])])),
    ]),
  );
}
