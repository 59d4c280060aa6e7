// The console: wiring only. Panels show the state and change it; the run asks the server.

import { fetchCatalog, fetchDocument, here, post, Refusal } from "./api.js";
import { furtherColumns, labelsOf, NONE, rolesOf, sayingAlso } from "./columns.js";
import { columnFields, startDataPanel } from "./data-panel.js";
import { byId, fill } from "./dom.js";
import { sayProblem, Unreadable } from "./forms.js";
import { MethodPanel } from "./method-panel.js";
import { startPlotPanel } from "./plot-panel.js";
import { drawProgress, freshRequestId, sayProgress, watchProgress } from "./progress.js";
import { clearProblems, showProblems } from "./problems.js";
import { asCurl, asPython, makeRequest } from "./request.js";
import { startResultPanel } from "./result-panel.js";
import { keepChoice, keepData, recall } from "./memory.js";
import { same } from "./schema.js";
import { createStore, initialState } from "./state.js";
import { taskOf, TASKS } from "./tasks/index.js";
import { modelTitle } from "./titles.js";
import { reworded, wordingOf } from "./wording.js";

const store = createStore(initialState);
const say = (text) => (byId("status").textContent = text);
const allFields = () => new Map([...method.fields(), ...columnFields()]);

const plot = startPlotPanel(store);
const method = new MethodPanel(store, () => showChoice());
startResultPanel(store, {
  onPoint: (place) => plot.point(place),
  onShow: (id) => store.set({ shown: id }),
  onUse: (task, name, params) => method.use(task, name, params),
  onSet: (options) => method.set(options),
  onAsk(options) {
    method.set(options, { quiet: true });
    run();
  },
  call: currentCall,
});
const table = startDataPanel(store, { onStart: () => started.then(run) }); // who is quick waits for the catalog
const NARROW = "(max-width: 900px)"; // as in console.css: the result lies below the form
const CALM = "(prefers-reduced-motion: reduce)";
const running = new Map(); // task → what takes its run back
let runs = {}; // the last run of each task, to come back to
let refusals = {}; // why the last run of a task did not succeed, if nobody was there to be told

store.on(["source", "task"], () => clearProblems(method.fields(), byId("run-problems"))); // the data panel sees to its own
store.on(["data"], () => {
  store.set({ chosen: null });
  for (const one of running.values()) one.abort();
  [runs, refusals] = [{}, {}];
  say("");
});
store.on(["task"], ({ task }) => {
  const refusal = refusals[task];
  store.set({ run: runs[task] ?? null, hidden: [], chosen: null, busy: running.has(task) });
  say(running.has(task) ? "Running …" : "");
  delete refusals[task];
  if (refusal) refuse(refusal, byId("run-problems"));
});
store.on(["data", "task", "catalog", "source", "run"], showChoice);
store.on(["source"], ({ source }) => keepData(source));
store.on(["busy", "data", "catalog", "reading"], ({ busy, data, catalog, reading }) => {
  byId("run").disabled = reading || (!busy && (!data || !catalog));
  byId("run").classList.toggle("busy", busy);
  byId("cancel").hidden = !busy;
  drawProgress(null); // until the run tells of itself
});
byId("setup").addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
byId("cancel").addEventListener("click", () => running.get(store.get().task)?.abort());

function currentRequest() {
  const { task, options } = method.choice();
  return makeRequest(task, store.get().data, options);
}

function currentCall() {
  const request = currentRequest();
  const server = here("").replace(/\/$/, "");
  const curl = asCurl(request, server);
  return {
    curl: curl.full,
    shortCurl: curl.short,
    python: () => asPython(request, store.get().source, server),
  };
}

/** Show the call, keep the choice in the address, and say whether the result still answers it. */
function showChoice() {
  const { data, catalog, task, source, run: last } = store.get();
  if (!catalog) return;
  try {
    const { options } = method.choice();
    keepChoice({ task, options, source });
    byId("stale").hidden = !last || same(last.request.options, makeRequest(taskOf(task), data, options).options);
    if (!data) return;
    const { shortCurl, python } = currentCall();
    byId("code-curl").textContent = shortCurl;
    byId("code-python").textContent = python();
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error; // the run says it beside the field
  }
}

/** Send the column of labels along, which the form names: nobody has to tick it besides. */
async function sendLabels() {
  const { source } = store.get();
  const labels = method.fields().get("/labels")?.value();
  if (!source || typeof labels !== "string") return;
  const { exogenous, time } = rolesOf(source);
  if (time === NONE || labels === labelsOf(source.said) || !furtherColumns(source.reading, exogenous).includes(labels)) return;
  await table.load(source.name, source.bytes, sayingAlso(source.said, "labels", labels));
}

async function run() {
  await sendLabels();
  const problems = byId("run-problems");
  clearProblems(allFields(), problems);
  const { data, task, catalog } = store.get();
  if (!data || !catalog) return;
  running.get(task)?.abort(); // the one before, which nobody waits for any more
  const mine = new AbortController();
  running.set(task, mine);
  const isLast = () => running.get(task) === mine && store.get().data === data;
  const isShown = () => isLast() && store.get().task === task;
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const tell = () => isShown() && say(["Running …", `${seconds().toFixed(0)} s`, sayProgress(far)].filter(Boolean).join(" "));
  const clock = setInterval(tell, 1000);
  const id = freshRequestId();
  let far = null;
  const unwatch = watchProgress(id, (told) => {
    far = told;
    if (isShown()) drawProgress(far);
    tell();
  });
  try {
    const { task: chosen } = method.choice();
    const request = currentRequest();
    store.set({ busy: true });
    say("Running …");
    const answer = await post(request, mine.signal, id);
    if (!isLast()) return;
    runs[task] = { task, request, answer, data, took: performance.now() - began };
    if (!isShown()) return; // it waits for whoever comes back to its task
    store.set({ run: runs[task], hidden: [] });
    report(answer, chosen, performance.now() - began);
  } catch (error) {
    if (isShown()) refuse(error, problems);
    else if (isLast()) refusals[task] = error;
  } finally {
    clearInterval(clock);
    unwatch();
    if (running.get(task) === mine) {
      running.delete(task);
      if (store.get().task === task) store.set({ busy: false });
    }
  }
}

function report(answer, task, took) {
  const counts = [
    ["warning", answer.warnings],
    ["error", answer.errors],
  ]
    .filter(([, list]) => list?.length)
    .map(([word, list]) => `${list.length} ${word}${list.length > 1 ? "s" : ""}`);
  const nameOf = (name) => modelTitle(store.get().catalog, task.kind, name);
  say([task.summary(answer, nameOf), ...counts, `${(took / 1000).toFixed(2)} s`].join(" · "));
  const write = wordingOf(store.get());
  fill(byId("run-problems"), (answer.errors ?? []).slice(0, 3).map((one) => sayProblem(reworded(one, write))));
  const behavior = matchMedia(CALM).matches ? "instant" : "smooth";
  if (matchMedia(NARROW).matches) byId("chart").scrollIntoView({ behavior });
}

function refuse(error, place) {
  if (error.name === "AbortError") return say("Cancelled.");
  say("The run did not succeed.");
  if (error instanceof Refusal) return showProblems(error.problems, allFields(), place, wordingOf(store.get()));
  if (error instanceof Unreadable) return error.field.complain([{ message: error.message, hint: error.hint }]);
  throw error;
}

async function start() {
  try {
    const [catalog, openapi] = await Promise.all([fetchCatalog(), fetchDocument()]);
    byId("version").textContent = openapi.info.version;
    const kept = recall();
    store.set({ catalog, openapi });
    await restore(kept);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    fill(byId("run-problems"), error.problems.map(sayProblem));
  }
}

/** Bring back what a reload, or an address that somebody sent, is about; a file that was opened meanwhile stays. */
async function restore({ task, options, example, data }) {
  if (TASKS.some(({ id }) => id === task)) store.set({ task });
  if (!store.get().source) {
    if (example) await table.open(example);
    else if (data) await table.load(data.name, data.bytes, data.said);
  }
  if (options) method.restore(options);
}

const started = start();
