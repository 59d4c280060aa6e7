// Remarks of the server are about a request; here they are told to those who fill in a form.

import { bodiesOf } from "./options.js";
import { titleOf } from "./schema.js";
import { taskOf } from "./tasks/index.js";

const PLAIN = new Set(["mean", "drift", "naive", "linear", "band", "differences", "population", "multivariate", "classical"]);
const ASKED = /\b(?:set|send|raise|lower|leave|give|add|choose) $/;
const made = new WeakMap(); // document → by task what tells in its words

/** A function that writes a text with the titles of a task's options and of models instead of their names. */
export function wordingOf({ openapi, catalog, task }) {
  if (!openapi || !catalog) return (text) => text;
  if (!made.has(openapi)) made.set(openapi, {});
  return (made.get(openapi)[task] ??= writer(titlesOfOptions(openapi, taskOf(task)), titlesOfModels(catalog)));
}

/** A problem {message, hint} in words of forms. */
export const reworded = (problem, write) => ({
  ...problem,
  message: write(problem.message),
  hint: problem.hint && write(problem.hint),
});

function writer(options, models) {
  const names = [...options.keys(), ...models.keys()].sort((a, b) => b.length - a.length);
  const found = new RegExp(`(['"\`]?)(?<![\\w/])(${names.join("|")})(?![\\w=/(])\\1`, "g");
  const write = (text) =>
    text.replace(found, (whole, quote, name, at) => {
      const isSure = quote || name.includes("_");
      if (models.has(name) && (isSure || !PLAIN.has(name))) return models.get(name);
      const isOption = options.has(name) && (isSure || ASKED.test(text.slice(0, at)));
      return isOption ? options.get(name) : whole;
    });
  return (text) => write(text).replace(/\bexogenous (column|variable)/g, "explanatory $1");
}

/** The titles of a task's options, as its fields have them. */
function titlesOfOptions(openapi, task) {
  const options = bodiesOf(openapi, task).bodies.flatMap(({ properties }) => Object.entries(properties));
  return new Map(options.filter(([, one]) => one.title).map(([name, one]) => [name, titleOf(name, one)]));
}

function titlesOfModels(catalog) {
  const entries = Object.values(catalog).flat();
  return new Map(entries.map(({ name, title }) => [name, title]));
}
