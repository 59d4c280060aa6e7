// What a person says of points: each is normal or an anomaly, and the next answer has learned from it.

import { el } from "./dom.js";
import { counted, sayNumber } from "./numbers.js";
import { sayStamp } from "./times.js";

const WORDS = [
  [false, "Normal", "is normal"],
  [true, "Anomaly", "is an anomaly"],
];

/** Two buttons that say of an event {id, start, end} what it is; what was said is pressed and is taken back by another press. */
export function drawSay(event, said, { many, onSay }) {
  const label = labelOf(event, many);
  const found = said.find((one) => same(one, label));
  const others = said.filter((one) => one !== found);
  const when = sayStamp(event.start);
  return el(
    "div",
    { class: "say", role: "group", "aria-label": `What ${when} is` },
    el("span", { "aria-hidden": "true" }, "This is"),
    WORDS.map(([isAnomaly, word, sentence]) => {
      const isSaid = found?.is_anomaly === isAnomaly;
      return el(
        "button",
        {
          type: "button",
          class: "answer",
          "aria-label": `Say that ${when} ${sentence}`,
          "aria-pressed": String(isSaid),
          onclick: () => onSay(isSaid ? others : [...others, { ...label, is_anomaly: isAnomaly }]),
        },
        word,
      );
    }),
  );
}

/** The same for the point of a series that was clicked on the plot. */
export function drawSayPoint(part, place, id, said, actions) {
  const stamp = part.ds[place];
  const score = part.score[place];
  const told = [sayStamp(stamp), sayNumber(part.y[place]), score === null ? "not judged" : `score ${score.toFixed(2)}`];
  return el(
    "div",
    { class: "chosen-point" },
    el("p", {}, `Chosen on the plot: ${told.join(", ")}`),
    drawSay({ id, start: stamp, end: stamp }, said, actions),
  );
}

/** How much was said, what it did to the edge of normal, and a button that takes all of it back. */
export function drawFeedback(said, warnings, onSay) {
  if (!said.length) return null;
  const moved = (warnings ?? []).filter(({ code }) => code === "threshold_moved" || code === "feedback_unused");
  return el(
    "div",
    { class: "feedback", role: "group", "aria-label": "Feedback" },
    el("p", {}, `${counted(said.length, "label")} of yours.`),
    moved.map(({ unique_id: id, message }) => el("p", { class: "help" }, id ? `${id}: ${message}.` : `${message}.`)),
    el("button", { type: "button", class: "plain", onclick: () => onSay([]) }, "Take all back"),
  );
}

function labelOf({ id, start, end }, many) {
  return { ...(many && { unique_id: id }), start, ...(end !== start && { end }) };
}

const same = (one, other) =>
  one.start === other.start && (one.end ?? one.start) === (other.end ?? other.start) && one.unique_id === other.unique_id;
