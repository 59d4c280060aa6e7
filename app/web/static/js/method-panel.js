// Step 2 and 3: which forecaster, detector or method, with which params and options.

import { drawChooser, folded } from "./choosers.js";
import { furtherColumns } from "./columns.js";
import { byId, el, fill } from "./dom.js";
import { drawForm } from "./forms.js";
import { readEndpoint } from "./options.js";
import { taskOf, TASKS } from "./tasks/index.js";
import { drawTabs } from "./tabs.js";
import { stepOf } from "./times.js";

/** The panel; `onChange` is called when something else is chosen. */
export class MethodPanel {
  #store;
  #onChange;
  #drawn = new Map(); // task → its chooser, options and path, so that they survive a look at another task

  constructor(store, onChange) {
    this.#store = store;
    this.#onChange = () => {
      this.#showWhetherOverruled();
      onChange();
    };
    store.on(["catalog"], () => this.#drawn.clear());
    store.on(["catalog", "task"], () => this.#drawTask());
    store.on(["source"], () => this.#suggest());
    this.#drawTask();
  }

  /** What is chosen now: {task, options}, the model among the options; throws an Unreadable. */
  choice() {
    const { chooser, first, more, path } = this.#parts();
    const options = { ...first.values(), ...more.values() };
    const chosen = options.models ? {} : chooser.call(); // several models instead of the one
    return { task: { ...this.#task(), path }, options: { ...chosen, ...options } };
  }

  /** The fields by the JSON pointers that lead to them. */
  fields() {
    const { chooser, first, more } = this.#parts();
    return new Map([...chooser.fields(), ...first.fields, ...more.fields]);
  }

  /** Go to a task and choose a model there. */
  use(task, name, params = {}) {
    this.#store.set({ task });
    this.#parts().chooser.use(name, params);
    this.set(params);
    byId(`tasks-${task}`).focus();
    byId("tasks").scrollIntoView({ block: "nearest" });
  }

  /** Put options into their fields, those that the task has, and show where they stand unless `quiet`. */
  set(options, { quiet = false } = {}) {
    const { first, more } = this.#parts();
    for (const [key, value] of Object.entries(options)) {
      first.fields.get(`/${key}`)?.set(value);
      if (!more.fields.has(`/${key}`)) continue;
      more.fields.get(`/${key}`).set(value);
      if (!quiet) more.element.closest("details")?.setAttribute("open", "");
    }
    this.#onChange();
  }

  /** Put options of a request back into the fields of the task at hand. */
  restore(options) {
    const { chooser, first, more } = this.#parts();
    chooser.restore(options);
    for (const [key, value] of Object.entries(options)) {
      const field = first.fields.get(`/${key}`) ?? more.fields.get(`/${key}`);
      if (!field || chooser.fields().has(`/${key}`)) continue;
      field.set(value);
      field.input.dataset.touched = "yes";
    }
    this.#onChange();
  }

  /** One model is not used where several are named. */
  #showWhetherOverruled() {
    const { chooser, more } = this.#parts();
    chooser.overrule(more.fields?.get("/models")?.isChanged() ?? false);
  }

  #task() {
    return taskOf(this.#store.get().task);
  }

  #parts() {
    const task = this.#task();
    if (!this.#drawn.has(task.id)) this.#drawn.set(task.id, this.#makeParts(task));
    return this.#drawn.get(task.id);
  }

  #makeParts(task) {
    const { catalog, openapi } = this.#store.get();
    const onChange = this.#onChange;
    const { path, first, more } = catalog ? readEndpoint(openapi, task, catalog) : NOTHING_YET;
    const chooser = drawChooser(task, catalog?.[task.kind] ?? [], { omit: task.options, onChange });
    return { path, chooser, first: drawForm(first, { onChange }), more: drawForm(more, { onChange }) };
  }

  #drawTask() {
    const { id, action, about } = this.#task();
    const { chooser, first, more, path } = this.#parts();
    drawTabs(
      byId("tasks"),
      TASKS,
      id,
      (task) => this.#store.set({ task }),
      () => "method",
    );
    byId("method").setAttribute("aria-labelledby", `tasks-${id}`);
    byId("run-label").textContent = action;
    fill(byId("chooser"), about ? el("p", { class: "about" }, about) : null, chooser.elements[0]);
    fill(byId("params"), chooser.elements[1] ?? null);
    fill(byId("options"), first.element);
    fill(byId("more-options"), path ? folded("More options", more) : null);
    this.#suggest();
  }

  #suggest() {
    this.#suggestHorizon();
    const labels = this.#parts().first.fields.get("/labels");
    const { source } = this.#store.get();
    const named = source ? furtherColumns(source.reading, []).find((name) => LABELS.test(name)) : null;
    if (labels && named && !isTouched(labels)) labels.set(named);
  }

  #suggestHorizon() {
    const field = this.#parts().first.fields.get("/h");
    const { data, shown } = this.#store.get();
    if (!field || !data) return;
    const { x } = data.byId.get(shown);
    const { name, horizon } = data.time === "date" ? stepOf(x) : { name: null, horizon: 12 };
    if (!isTouched(field)) field.set(aheadOf(data) ?? Math.min(horizon, Math.max(1, Math.floor(x.length / this.#task().least))));
    field.element.querySelector(".help").textContent = name
      ? `Steps ahead; the data are ${name}.`
      : "Steps ahead.";
  }
}

const LABELS = /^(is_?)?(label|anomal|outlier)/i; // names of columns that say what is an anomaly

const NOTHING_YET = { path: null, first: {}, more: {} };

/** How many steps of the future a table knows of, null if of none. */
const aheadOf = ({ future, ids }) => (future ? Math.max(1, Math.round(future.ds.length / ids.length)) : null);

/** Whether a person wrote into a field since it was drawn. */
const isTouched = (field) => field.input.dataset.touched === "yes";
