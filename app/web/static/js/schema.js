// Reading JSON Schema as far as a form needs it: what a field holds, its bounds, and how to say both.

/** Follow $ref, unwrap allOf of one, and take null out of anyOf: {type, nullable, alternatives, ...}. */
export function resolve(schema, root) {
  const target = schema.$ref ? { ...lookUp(schema.$ref, root), ...without(schema, "$ref") } : schema;
  if (target.allOf?.length === 1) return resolve({ ...target.allOf[0], ...without(target, "allOf") }, root);
  const choices = target.anyOf ?? target.oneOf;
  if (!choices) return target;
  const kept = choices.filter((choice) => choice.type !== "null").map((choice) => resolve(choice, root));
  const rest = without(without(target, "anyOf"), "oneOf");
  const nullable = kept.length < choices.length;
  if (kept.length === 1) return { ...kept[0], ...rest, nullable };
  // A default may stand in the branch of its type: types made from the document would require it elsewhere.
  const start = kept.find((choice) => "default" in choice);
  return { ...(start && { default: start.default }), ...rest, nullable, alternatives: kept };
}

const without = (object, key) => Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
const lookUp = (ref, root) =>
  ref
    .replace("#/", "")
    .split("/")
    .reduce((at, key) => at[key], root);

/** Which control suits: choice, set, several, group, flag, number, list, json or text. */
export function controlOf(schema) {
  if (schema.entries || flat(schema).some(nameOf)) return "several";
  if (schema.type === "array" && schema.items?.enum) return "set";
  if (schema.enum || schema.const !== undefined) return "choice";
  if (objectOf(schema) && !schema.send) return "group";
  if (schema.alternatives)
    return schema.alternatives.every((one) => one.enum || one.const !== undefined) ? "choice" : "text";
  const controls = { boolean: "flag", integer: "number", number: "number", array: "list", object: "json" };
  return controls[schema.type] ?? "text";
}

/** All alternatives of a schema, those within others too; itself if it has none. */
export const flat = (schema) => schema.alternatives?.flatMap(flat) ?? [schema];

/** The name that an object of this schema has; undefined if that is open. */
export const nameOf = (schema) => schema.properties?.name?.const;

/** The schema of an object whose members are known, if a value may be one. */
export const objectOf = (schema) => flat(schema).find(({ properties }) => properties);

/** The values of a choice. */
export function choicesOf(schema) {
  if (schema.alternatives) return schema.alternatives.flatMap(choicesOf);
  return schema.enum ?? [schema.const];
}

/** The bounds in words: "1 to 60", "at least 1", "greater than 0"; empty if there are none. */
export function boundsOf(schema) {
  const { minimum, maximum, exclusiveMinimum: above, exclusiveMaximum: below } = schema;
  if (minimum !== undefined && maximum !== undefined) return `${say(minimum)} to ${say(maximum)}`;
  const low =
    minimum !== undefined ? `at least ${say(minimum)}` : above !== undefined ? `greater than ${say(above)}` : "";
  const high =
    maximum !== undefined ? `at most ${say(maximum)}` : below !== undefined ? `less than ${say(below)}` : "";
  return [low, high].filter(Boolean).join(", ");
}

const say = (number) => number.toLocaleString("en-GB");

/** A name of a field for people, if the schema has none. */
export function titleOf(name, schema) {
  const words = schema.title ?? name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Read free text as a value: a number, a list of numbers or words ("7, 24"), true, false, JSON, else the text. */
export function readText(text, asList = false) {
  const trimmed = text.trim();
  if (/^[[{"]/.test(trimmed)) return JSON.parse(trimmed);
  if (asList || trimmed.includes(","))
    return trimmed
      .split(/[,;\s]+/)
      .filter(Boolean)
      .map(readWord);
  return readWord(trimmed);
}

function readWord(word) {
  if (word !== "" && Number.isFinite(Number(word))) return Number(word);
  return { true: true, false: false, null: null }[word] ?? (word === "null" ? null : word);
}

/** Write a value so that `readText` reads it back. */
export function writeText(value) {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value) && value.every((item) => typeof item !== "object")) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Whether two JSON values are the same. */
export const same = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
