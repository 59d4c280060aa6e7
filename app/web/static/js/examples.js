// The example series that the server ships, with what each is good for.

import { here } from "./api.js";

export const EXAMPLES = [
  { file: "airpassengers.csv", title: "Airline passengers", about: "monthly, 1949 to 1960", task: "forecast" },
  { file: "births_daily.csv", title: "Births", about: "daily, with a week in them", task: "forecast" },
  { file: "bike_rentals_hourly.csv", title: "Bike rentals", about: "hourly, a storm included", task: "detect" },
  { file: "co2_weekly.csv", title: "CO₂ at Mauna Loa", about: "weekly, with gaps", task: "forecast" },
  { file: "sunspots.csv", title: "Sunspots", about: "yearly, since 1700", task: "forecast" },
  { file: "spiky_hourly.csv", title: "Load with two faults", about: "hourly, made up", task: "detect" },
];

export async function fetchExample(file) {
  const response = await fetch(here(`/static/examples/${file}`));
  if (!response.ok) throw new Error(`the example ${file} is not on this server`);
  return new Uint8Array(await response.arrayBuffer());
}

/** The values of an example, which is plain CSV with these in its last column. */
export const valuesOf = (bytes) =>
  new TextDecoder()
    .decode(bytes)
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.slice(line.lastIndexOf(",") + 1))
    .map((cell) => (cell === "" ? null : Number(cell)));
