// Tabs as the ARIA practices have them: one of them is in the tab order, arrows move between them.

import { el, fill } from "./dom.js";

/** Draw tabs [{id, label}] into `list`; each controls the element `panel`, or the one named `panels[id]`. */
export function drawTabs(list, tabs, selected, onSelect, panelOf) {
  const buttons = tabs.map(({ id, label }) =>
    el(
      "button",
      {
        type: "button",
        role: "tab",
        id: `${list.id}-${id}`,
        "aria-controls": panelOf(id),
        "aria-selected": String(id === selected),
        tabindex: id === selected ? 0 : -1,
        onclick: () => onSelect(id),
      },
      label,
    ),
  );
  const focused = list.contains(document.activeElement);
  fill(list, buttons);
  const button = buttons[tabs.findIndex(({ id }) => id === selected)];
  if (focused) button?.focus();
  if (button) keepInView(list, button);
  list.onkeydown = (event) => move(event, tabs, selected, onSelect);
}

/** On a small screen tabs scroll sideways; the page stays where it is. */
function keepInView(list, button) {
  const [frame, box] = [list, button].map((one) => one.getBoundingClientRect());
  if (box.right > frame.right) list.scrollLeft += box.right - frame.right;
  if (box.left < frame.left) list.scrollLeft -= frame.left - box.left;
}

function move(event, tabs, selected, onSelect) {
  const at = tabs.findIndex(({ id }) => id === selected);
  const target = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (target === undefined) return;
  event.preventDefault();
  onSelect(tabs[(target + tabs.length) % tabs.length].id);
}
