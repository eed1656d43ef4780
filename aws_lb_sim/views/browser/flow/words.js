/* In words: captions and labels, the same for eyes and for screen readers. */

import { layerOf, spanOver } from "./model.js";
import { SIGNS } from "./signs.js";

const SHOWN_STEPS = 4;

export function spanWords(span) {
  if (!span.encrypted) return "cleartext";
  const detail = span.detail ? ` (${span.detail})` : "";
  return `${span.label.startsWith("TLS") ? "" : "TLS "}${span.label}${detail}`;
}

export function beliefWords(belief) {
  if (!belief) return "";
  const note = belief.note ? ` (${belief.note})` : "";
  if (!belief.address) return `knows no client address${note}`;
  const judged = { good: "right: ", bad: "wrong: " }[belief.verdict] ?? "";
  return `takes ${belief.address} for the client, ${judged}${belief.note ?? ""}`.replace(/, $/, "");
}

function hopWords(round, item) {
  const { hop, place } = item;
  const parts = [hop.proxy || "no PROXY header", spanWords(spanOver(round, hop))];
  parts.push(hop.http.join(", "), layerOf(hop, "TCP")[0]?.[1] ?? "");
  return `Hop ${place + 1}, ${hop.from} to ${hop.to}: ${parts.join("; ")}`;
}

function boxWords(round, item) {
  const { box, place } = item;
  const steps = round.steps[box.name] ?? [];
  const shown = steps.slice(0, SHOWN_STEPS).map((step) => step[1]);
  if (steps.length > SHOWN_STEPS) shown.push(`${steps.length - SHOWN_STEPS} more`);
  if (!steps.length) shown.push(place === 0 ? `sends ${round.title}` : quietWords(round, item));
  const failed = box.failed && round.answer.reason ? `. ✗ ${round.answer.reason}` : "";
  return `${box.name} ${shown.join("; ")}${failed}`;
}

function quietWords(round, item) {
  return round.hops[item.place] ? "passes it on as it came" : `answers: ${round.answer.short}`;
}

export function answerWords(round) {
  const { answer } = round;
  const reason = answer.reason ? `: ${answer.reason}` : "";
  return `${SIGNS[answer.verdict]} Back to the client: ${answer.text}${reason}`;
}

export function itemWords(round, item) {
  if (item.kind === "hop") return hopWords(round, item);
  return item.kind === "box" ? boxWords(round, item) : answerWords(round);
}

export function itemLabel(round, item) {
  if (item.kind !== "box") return itemWords(round, item);
  const belief = beliefWords(round.beliefOf.get(item.name));
  const failed = item.box.failed ? ", failed here" : "";
  return `${item.name}, ${item.box.address}${failed}${belief ? `; ${belief}` : ""}`;
}
