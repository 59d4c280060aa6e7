// What survives a reload: the task, its options and the example in the address, the person's own data in this tab.

import { EXAMPLES } from "./examples.js";

const KEY = "tidecast-data";
const MOST_BYTES = 3e6; // of the about 5 MB that a tab may keep, where three bytes take four

/** Write what is chosen into the address, without a new entry of the history. */
export function keepChoice({ task, options, source }) {
  const words = new URLSearchParams({ task });
  if (source && isExample(source.name)) words.set("example", source.name);
  if (Object.keys(options).length) words.set("options", JSON.stringify(options));
  history.replaceState(null, "", `#${words}`);
}

/** Keep the person's own file, and what was said of it, for a reload of this tab; nothing leaves the browser. */
export function keepData(source) {
  try {
    const own = source && !isExample(source.name) && source.bytes.length <= MOST_BYTES;
    if (!own) return sessionStorage.removeItem(KEY);
    const { name, bytes, said } = source;
    sessionStorage.setItem(KEY, JSON.stringify({ name, said, base64: toBase64(bytes) }));
  } catch {
    // a browser that keeps nothing: the page works, a reload forgets
  }
}

/** What was kept: {task, options, example, data: {name, bytes, said}}, each null if there is none. */
export function recall() {
  const words = new URLSearchParams(location.hash.slice(1));
  const example = words.get("example");
  return {
    task: words.get("task"),
    options: parsed(words.get("options")),
    example: isExample(example) ? example : null,
    data: unpacked(parsed(sessionStorage.getItem(KEY))),
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

const PIECE = 0x8000; // as many arguments as every browser takes

function toBase64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += PIECE) text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return btoa(text);
}

function unpacked(kept) {
  if (!kept?.base64) return null;
  const bytes = Uint8Array.from(atob(kept.base64), (letter) => letter.charCodeAt(0));
  return { name: kept.name, bytes, said: kept.said };
}
