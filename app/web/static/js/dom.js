// Building elements. Text goes in as text nodes only, so nothing from a file or an answer can become markup.

/** Make an element: `el("p", {class: "note", onclick: f}, "text", child)`; null and false are left out. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...present(children));
  return element;
}

function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (typeof value === "function") element.addEventListener(name.slice(2), value);
  else element.setAttribute(name, value === true ? "" : value);
}

function present(children) {
  return children.flat().filter((child) => child !== null && child !== undefined && child !== false);
}

/** Replace all children of an element. */
export function fill(element, ...children) {
  element.replaceChildren(...present(children));
  return element;
}

export const byId = (id) => document.getElementById(id);

let counter = 0;

/** An id that no other element has. */
export const freshId = (stem) => `${stem}-${++counter}`;
