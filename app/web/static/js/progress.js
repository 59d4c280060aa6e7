// How far a run is: asked for while it is worked on, by the id that it was sent with.

import { fetchProgress } from "./api.js";
import { byId } from "./dom.js";
import { sayNumber } from "./numbers.js";

const PAUSE = 400; // milliseconds between an answer and the next question

/** An id for a request; `crypto.randomUUID` is only there where pages are sent encrypted. */
export const freshRequestId = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** Ask until the returned function is called; `onTold(far)` hears of each answer about a run that is worked on. */
export function watchProgress(id, onTold) {
  let timer = null;
  let isOver = false;
  const ask = async () => {
    const far = await fetchProgress(id).catch(() => null); // the run itself tells of a server that is gone
    if (isOver) return;
    if (far?.state === "running") onTold(far);
    timer = setTimeout(ask, PAUSE);
  };
  timer = setTimeout(ask, PAUSE);
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

/** Show how far a run is in the bar; null for none. */
export function drawProgress(far) {
  const bar = byId("progress");
  bar.hidden = !far?.progress;
  bar.value = far?.progress ?? 0;
}

/** How many series are done, and the epoch of a training, in words; "" where neither is known. */
export function sayProgress(far) {
  if (!far) return "";
  const parts = [
    far.total > 1 && `${far.done ?? 0} of ${far.total} series`,
    far.epoch && `epoch ${far.epoch}`,
    sayLoss("loss", far.loss),
    sayLoss("validation loss", far.validation_loss),
    far.eta_s && `at most ${Math.ceil(far.eta_s)} s left`,
  ];
  return parts.filter(Boolean).join(", ");
}

const sayLoss = (what, loss) =>
  loss === null || loss === undefined ? null : `${what} ${sayNumber(Number(loss.toPrecision(3)))}`;
