/* What is on the wire, line by line, and what a box changed of it. */

import { html } from "../elements.js";
import { isBlind } from "./model.js";

export function beforeAfter(round, box, place) {
  const arrived = round.hops[place - 1];
  const left = round.hops[place];
  const marks = arrived && left ? compare(arrived.layers, left.layers) : [new Map(), new Map()];
  const sealed = isBlind(round, box) ? "inside TLS, which this box cannot read" : "";
  const sides = html("div", { class: "fv-sides" });
  if (arrived) {
    sides.append(side(`Arrived from ${arrived.from}`, wire(arrived.layers, sealed, marks[0])));
  }
  if (left) sides.append(side(`Left to ${left.to}`, wire(left.layers, sealed, marks[1])));
  else {
    const lines = round.answer.lines ?? [round.answer.short];
    sides.append(side("Answered", wire([["answer", ...lines]], "", new Map())));
  }
  return sides;
}

const side = (title, content) => html("div", { class: "fv-side" }, html("h5", {}, title), content);

/** Signs for the lines of two sides: gone, new, or rewritten where the name stayed. */
function compare(before, after) {
  const [old, now] = [before, after].map((layers) =>
    layers.flatMap(([label, ...lines]) => lines.map((words) => lineKey(label, words))),
  );
  const judge = (own, other, sign) => {
    const names = new Set(other.map((one) => one.name));
    const same = new Set(other.map((one) => one.whole));
    const differ = own.filter((one) => !same.has(one.whole));
    return new Map(differ.map((one) => [one.whole, names.has(one.name) ? "~" : sign]));
  };
  return [judge(old, now, "−"), judge(now, old, "+")];
}

/** A header's name without its case; other lines are known by their layer. */
function lineKey(label, words) {
  const found = /^(:?[!#$%&'*+.^_`|~0-9a-z-]+): /i.exec(words);
  if (!found || label === "TLS") return { name: label.slice(0, 4), whole: `${label} ${words}` };
  const name = found[1].toLowerCase();
  return { name, whole: `${name}: ${words.slice(found[0].length)}` };
}

export function wire(layers, sealed, marks) {
  const shown = html("div", { class: "fv-wire" });
  let hidden = false;
  for (const [label, ...lines] of layers) {
    const title = hidden && sealed ? `${label} (${sealed})` : label;
    const rows = lines.map((words) => wireLine(words, marks.get(lineKey(label, words).whole)));
    const kind = `fv-layer ${hidden && sealed ? "fv-sealed" : ""}`;
    shown.append(
      html("div", { class: kind }, html("div", { class: "fv-layer-name" }, title), ...rows),
    );
    hidden ||= label === "TLS";
  }
  return shown;
}

function wireLine(words, sign) {
  const kinds = { "+": "added", "−": "removed", "~": "rewritten" };
  const said = { "+": "added: ", "−": "removed: ", "~": "rewritten: " };
  return html(
    "div",
    { class: `fv-wire-line ${sign ? `fv-${kinds[sign]}` : ""}` },
    html("span", { class: "fv-gutter", "aria-hidden": "true" }, sign ?? ""),
    sign ? html("span", { class: "fv-hidden" }, said[sign]) : null,
    html("code", {}, words),
  );
}
