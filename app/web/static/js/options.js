// The options of a task, from the server's OpenAPI document: every one that the API has, as it is described there.

import { resolve } from "./schema.js";

const DATA = ["y", "unique_id", "ds", "start", "series", "future"]; // comes from the first step

/**
 * Read what a task asks: {path, first, more}, the last two as JSON Schema. The task names what stands in front
 * (`options`) and what comes first under "More options" (`more`); there all else follows.
 */
export function readEndpoint(document, task, catalog) {
  const { path, bodies } = bodiesOf(document, task);
  const body = bodies.find(({ properties }) => task.chooser in properties) ?? bodies[0];
  const elsewhere = [...DATA, task.chooser, "params", ...(task.several ? ["model"] : []), ...task.options];
  const left = Object.keys(body.properties).filter(
    (name) => !elsewhere.includes(name) && !body.properties[name]["x-alias-of"],
  );
  const leading = [...(task.more ?? []), ...SHARED].filter((name) => left.includes(name));
  const schemaOf = (names) => ({
    properties: Object.fromEntries(names.map((name) => [name, optionOf(name, body, document, catalog[task.kind])])),
    components: document.components,
  });
  return { path, first: schemaOf(task.options), more: schemaOf([...new Set([...leading, ...left])]) };
}

/** The path of a task and what may be sent to it: {path, bodies}, JSON Schemas. */
export function bodiesOf(document, task) {
  const path = Object.keys(document.paths).find((one) => one.endsWith(`/${task.endpoint ?? task.id}`));
  const { schema } = document.paths[path].post.requestBody.content["application/json"];
  return { path, bodies: (schema.anyOf ?? [schema]).map((one) => resolve(one, document)) };
}

/** The order of what all tasks take. */
const SHARED = [
  "transform",
  "bounds",
  "holidays",
  "calendar",
  "freq",
  "tz",
  "missing",
  "duplicates",
  "resample",
  "on_error",
  "fallback_model",
  "timeout_s",
  "random_state",
];

function optionOf(name, body, document, entries) {
  const schema = resolve(body.properties[name], document);
  const isOpen = schema.default === null || schema.default === undefined;
  const isRequired = [body.required, body.else?.required].some((names) => names?.includes(name));
  return {
    ...schema,
    description: inWordsOfForms(schema.description),
    nullable: schema.nullable && isOpen,
    blank: isRequired ? " " : blankOf(schema),
    ...(isRequired && { required: true }),
    ...OWN[name]?.(entries),
  };
}

/** A description for those who fill in a field instead of writing JSON. */
function inWordsOfForms(description) {
  return description
    ?.replace(/[;,]? '\w+' means the same/, "")
    .replace(/\[([\d., ]+)\] if omitted/, "$1 if left empty")
    .replace(/if omitted/g, "if left empty");
}

/** What stands in an empty field: what the description says of an option left out. */
function blankOf({ description = "" }) {
  const found = /(?:^|[;:.] )((?:[^;:.]|\.\d)+?),? if omitted/.exec(description);
  return found && found[1].length <= 40 ? found[1].replace(/[[\]]/g, "") : "none";
}

/** What the document cannot say: models come from the catalog, zones are known here, and holidays are words. */
const OWN = {
  models: (entries) => ({ entries }),
  fallback_model: (entries) => ({ alternatives: undefined, enum: entries.map(({ name }) => name) }),
  tz: () => ({ suggested: Intl.supportedValuesOf?.("timeZone") }),
  holidays: () => ({ type: "string", alternatives: undefined, blank: "none; DE, DE-BY or 2024-12-24", send: holidaysOf }),
};

/** A country's calendar (DE, or DE-BY with a subdivision), a list of days, or all that there is as JSON. */
function holidaysOf(text) {
  if (!text) return null;
  if (text.startsWith("{") || text.startsWith("[")) return JSON.parse(text);
  if (/^\d/.test(text)) return text.split(/[,;\s]+/).filter(Boolean);
  const [country, subdivision] = text.toUpperCase().split("-");
  return { country, ...(subdivision && { subdivision }) };
}
