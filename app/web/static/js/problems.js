// Where a problem is shown: next to the field that its pointer names, else in the list above the button.

import { fill } from "./dom.js";
import { sayProblem } from "./forms.js";
import { reworded } from "./wording.js";

/**
 * Show problems at fields (a Map of pointer to field) and the rest in `place`, told by `write`; the first field gets the focus.
 */
export function showProblems(problems, fields, place, write) {
  clearProblems(fields, place);
  const byField = new Map();
  const rest = [];
  for (const problem of problems) {
    const field = fieldFor(problem.pointer, fields);
    if (field) byField.set(field, [...(byField.get(field) ?? []), reworded(atField(problem, field), write)]);
    else rest.push(reworded(problem, write));
  }
  for (const [field, found] of byField) {
    field.input?.closest("details")?.setAttribute("open", "");
    field.complain(found);
  }
  const first = byField.keys().next().value?.input;
  first?.focus();
  first?.closest(".field")?.scrollIntoView({ block: "nearest" }); // what is said stands below the field
  fill(place, rest.slice(0, 20).map(sayProblem), rest.length > 20 ? `… and ${rest.length - 20} more` : null);
}

export function clearProblems(fields, place) {
  for (const field of fields.values()) field.complain([]);
  fill(place);
}

/** A problem as it is told beside its field: in the words of the form, which does not know the name of its request. */
function atField(problem, { name, title }) {
  if (/^\w+ is required$/.test(problem.message)) return { ...problem, message: "This is needed", hint: null };
  const inWords = (text) => (name && text ? text.replace(new RegExp(`^(set )?${name}(?= )`), `$1${title}`) : text);
  return { ...problem, message: inWords(problem.message), hint: inWords(problem.hint) };
}

/** The field of a pointer or of the nearest thing around it: /level/0 belongs to /level. */
function fieldFor(pointer, fields) {
  let at = (pointer ?? "")
    .replace(/^#/, "")
    .replace(/^\/(model|detector|method)\/(?!name$)/, "/params/")
    .replace("/params/params/", "/params/");
  while (at) {
    if (fields.has(at)) return fields.get(at);
    at = at.slice(0, at.lastIndexOf("/"));
  }
  return null;
}
