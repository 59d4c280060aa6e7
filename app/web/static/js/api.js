// Talking to the server. Every refusal becomes a `Refusal` with what the problem document teaches.

/** The server said no: `problems` holds {pointer, unique_id, ds, message, hint}, one at least. */
export class Refusal extends Error {
  constructor(status, document) {
    super(document.detail || document.title || `the server answered ${status}`);
    this.status = status;
    this.code = document.code || "";
    this.requestId = document.request_id || "";
    this.problems = problemsOf(document, this.message);
  }
}

const STAMP_CODES = new Set(["bad_timestamps", "duplicate_timestamps", "frequency_unknown"]);

function problemsOf(document, message) {
  const listed = Array.isArray(document.errors) ? document.errors : [];
  const about = STAMP_CODES.has(document.code) ? "/series/ds" : null;
  return listed.length
    ? listed.map((problem) => ({ ...problem, pointer: problem.pointer ?? about }))
    : [{ message, hint: document.hint || null }];
}

/** Ask for the catalog, grouped: {forecaster: [entry], detector: [entry], ...}. */
export async function fetchCatalog() {
  const groups = {};
  for (const entry of entriesOf(await get("/v1/catalog"))) (groups[entry.kind] ??= []).push(entry);
  return groups;
}

/** A catalog may be one list or one list per kind ("forecasters": [...]). */
function entriesOf(answer) {
  if (Array.isArray(answer)) return answer;
  const lists = Object.entries(answer).filter(([, value]) => Array.isArray(value));
  return lists.flatMap(([name, list]) => list.map((entry) => ({ kind: name.replace(/s$/, ""), ...entry })));
}

/** Ask for the OpenAPI document. */
export const fetchDocument = () => get("/openapi.json");

/** The address of a path of this server, below whatever prefix a proxy publishes it. */
export const here = (path) => new URL(`../..${path}`, import.meta.url).href;

function get(path) {
  return ask(path, { headers: { Accept: "application/json" } });
}

/** Ask how far a request is. */
export const fetchProgress = (id) => get(`/v1/progress/${id}`);

/** Send a request {path, body} under an id; `signal` of an AbortController takes it back. */
export function post({ path, body }, signal, id) {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-Request-ID": id };
  return ask(path, { method: "POST", headers, body: JSON.stringify(body), signal });
}

/** Have the server read a file's bytes; `said` is what the person says of it, by the names of the options. */
export function readFile(bytes, said) {
  const words = Object.entries(said).flatMap(([name, value]) => [value].flat().map((one) => [name, String(one)]));
  const headers = { "Content-Type": "application/octet-stream", Accept: "application/json" };
  return ask(`/v1/read?${new URLSearchParams(words)}`, { method: "POST", headers, body: bytes });
}

async function ask(path, options) {
  const response = await reach(path, options);
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refusal(response.status, answer);
  return answer;
}

async function reach(path, options) {
  try {
    return await fetch(here(path), options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    const hint = "check that it is still running, then run again";
    throw new Refusal(0, {
      detail: "the server does not answer",
      errors: [{ message: "the server does not answer", hint }],
    });
  }
}
