// One object holds what the page knows; whoever shows a part of it subscribes to that part.

/** Make a store: `get()`, `set(patch)`, `on(keys, listener)`. Listeners run once per `set`. */
export function createStore(initial) {
  let state = { ...initial };
  const listeners = [];
  return {
    get: () => state,
    set(patch) {
      const changed = Object.keys(patch).filter((key) => state[key] !== patch[key]);
      state = { ...state, ...patch };
      for (const { keys, listener } of listeners) {
        if (keys.some((key) => changed.includes(key))) listener(state);
      }
    },
    on(keys, listener) {
      listeners.push({ keys, listener });
    },
  };
}

export const initialState = {
  source: null, // {name, bytes, said, reading}: the file, what the person says of it, and what the server read
  reading: false, // whether the server is asked what a file holds: the data are those before it
  data: null, // what the columns make: see series.js
  problem: null, // why the data cannot be used: {message, hint, field}
  catalog: null, // {forecaster: [...], detector: [...]}
  openapi: null, // the document that describes the API; comes with the catalog
  task: "forecast",
  shown: null, // id of the series on the plot
  chosen: null, // {id, place} of the point that was clicked on the plot
  hidden: [], // lines that were taken off the plot
  run: null, // {task, request, answer, took, data}: the last answer and what it answers
  busy: false,
};
