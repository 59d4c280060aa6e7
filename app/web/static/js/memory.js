// What survives a reload: the task, its options and the example in the address, the person's own data in this tab.

import { EXAMPLES } from "./examples.js";

const KEY = "tidecast-data";
const MOST_LETTERS = 4e6; // of the about 5 MB that a tab may keep

/** Write what is chosen into the address, without a new entry of the history. */
export function keepChoice({ task, options, source }) {
  const words = new URLSearchParams({ task });
  if (source && isExample(source.name)) words.set("example", source.name);
  if (Object.keys(options).length) words.set("options", JSON.stringify(options));
  history.replaceState(null, "", `#${words}`);
}

/** Keep the person's own table for a reload of this tab; nothing leaves the browser. */
export function keepData({ name, text }) {
  try {
    if (isExample(name) || text.length > MOST_LETTERS) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, JSON.stringify({ name, text }));
  } catch {
    // a browser that keeps nothing: the page works, a reload forgets
  }
}

/** What was kept: {task, options, example, data}, each null if there is none. */
export function recall() {
  const words = new URLSearchParams(location.hash.slice(1));
  const example = words.get("example");
  return {
    task: words.get("task"),
    options: parsed(words.get("options")),
    example: isExample(example) ? example : null,
    data: parsed(sessionStorage.getItem(KEY)),
  };
}

const isExample = (name) => EXAMPLES.some(({ file }) => file === name);

function parsed(text) {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null; // somebody's hand in the address
  }
}
