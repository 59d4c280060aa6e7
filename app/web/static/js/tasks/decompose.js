// Decompose: which options it takes, and its parts as panels one below the other.

import { positions } from "../series.js";

const SEVERAL = /^seasonal_\d+$/;
const TITLES = { y: "Observed", trend: "Trend", seasonal: "Season", cycle: "Cycle", residual: "Residual" };
const SEASON_COLOURS = ["model-2", "model-3", "model-5"];
const COLOURS = { y: "series", trend: "forecast", cycle: "model-2", residual: "model-8" };

export const decompose = {
  id: "decompose",
  label: "Decompose",
  action: "Decompose",
  kind: "decomposition",
  chooser: "method",
  extra: [
    {
      name: "auto",
      title: "Automatic",
      family: "automatic",
      summary: "STL for one season, MSTL for several, the HP filter where there is none.",
    },
  ],
  table: "decomposition",
  prints: ["answer.table"],
  listTitle: "Parts",
  options: ["season_length"],

  /** A panel per part that the method has; several seasons each have theirs. */
  draw(history, part, time, { answer }) {
    const names = partsOf(part);
    const entry = entryOf(answer, part);
    const neutral = entry?.combined === "product" ? 1 : 0;
    const seasons = names.filter(isSeason);
    return {
      x: positions(part.ds, time, history.ds),
      ds: part.ds,
      panels: names.map((name) => ({
        title: titleOf(name, entry),
        base: name === "y" || name === "trend" ? undefined : neutral,
        lines: [
          {
            key: COLOURS[name] ?? SEASON_COLOURS[seasons.indexOf(name) % 3],
            label: titleOf(name, entry),
            values: part[name],
            width: 1.5,
          },
        ],
      })),
      legend: [{ label: captionOf(entry, names) }],
    };
  },

  list: (part, { answer }) => ({
    columns: ["ds", ...partsOf(part)].map((key) => ({
      key,
      title: key === "ds" ? "Time" : titleOf(key, entryOf(answer, part)),
      values: part[key],
    })),
  }),

  summary({ series }) {
    const titles = [...new Set(series.map(({ model }) => model.title))];
    return titles.join(", ");
  },
};

const isSeason = (name) => name === "seasonal" || SEVERAL.test(name);

/** The columns that hold anything; the sum of several seasons is left to the download. */
function partsOf(part) {
  const filled = Object.keys(part).filter(
    (name) => (name in TITLES || SEVERAL.test(name)) && part[name].some((value) => value !== null),
  );
  const several = filled.filter((name) => SEVERAL.test(name));
  const seasons = several.length > 1 ? several : filled.filter((name) => name === "seasonal");
  const rest = (names) => names.filter((name) => filled.includes(name));
  return [...rest(["y", "trend"]), ...seasons, ...rest(["cycle", "residual"])];
}

const entryOf = ({ series }, { unique_id: [id] }) => series.find(({ unique_id: own }) => own === id);

function titleOf(name, entry) {
  if (SEVERAL.test(name)) return `Season of ${name.slice(9)}`;
  const length = entry?.model.season_length ?? [];
  return name === "seasonal" && length.length === 1 ? `Season of ${length[0]}` : TITLES[name];
}

function captionOf(entry, names) {
  const parts = names.filter((name) => name !== "y").map((name) => titleOf(name, entry).toLowerCase());
  const sign = entry?.combined === "product" ? " × " : " + ";
  return `${entry?.model.title ?? "Decomposition"}: observed = ${parts.join(sign)}`;
}
