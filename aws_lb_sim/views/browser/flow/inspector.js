/* The inspector: what is exact about a box, a hop or the answer. */

import { html } from "../elements.js";
import { spanOver } from "./model.js";
import { SIGNS, STEP_SIGNS } from "./signs.js";
import { beforeAfter, wire } from "./wire.js";
import { answerWords, beliefWords, spanWords } from "./words.js";

export function inspect(model, round, item) {
  if (item.kind === "hop") return inspectHop(round, item);
  if (item.kind === "answer") return inspectAnswer(model, round);
  return inspectBox(model, round, item);
}

function inspectHop(round, { hop }) {
  const span = spanOver(round, hop);
  return [
    html("p", { class: "fv-note" }, `${spanWords(span)}; ${hop.proxy || "no PROXY header"}`),
    html("h4", {}, "On the wire, first to last"),
    wire(hop.layers, span.encrypted ? "inside TLS" : "", new Map()),
  ];
}

function inspectAnswer(model, round) {
  const { answer } = round;
  const shown = [html("p", { class: `fv-note fv-${answer.verdict}` }, answerWords(round))];
  if (model.loop) {
    shown.push(html("p", {}, "A client that follows it comes back to the same answer, for ever."));
  }
  if (answer.lines) shown.push(wire([["HTTP response", ...answer.lines]], "", new Map()));
  const onTheWay = round.steps.return ?? [];
  if (onTheWay.length) {
    shown.push(html("h4", {}, "On the way back"), stepList(model, onTheWay));
  }
  return shown;
}

function inspectBox(model, round, { box, place }) {
  const notes = [];
  const belief = round.beliefOf.get(box.name);
  if (belief) {
    const words = `${SIGNS[belief.verdict]} ${beliefWords(belief)}`;
    notes.push(html("p", { class: `fv-note fv-${belief.verdict}` }, words));
  }
  if (box.failed && round.answer.reason) {
    notes.push(html("p", { class: "fv-note fv-bad" }, `✗ ${round.answer.reason}`));
  }
  const steps = round.steps[box.name] ?? [];
  const did = steps.length ? stepList(model, steps) : html("p", {}, "Nothing to report.");
  const halves = [
    html("div", {}, html("h4", {}, "What it did, and by which rule"), did),
    html("div", {}, html("h4", {}, "Before and after"), beforeAfter(round, box, place)),
  ];
  return [...notes, html("div", { class: "fv-halves" }, ...halves)];
}

function stepList(model, steps) {
  const list = html("ol", { class: "fv-steps" });
  for (const [action, words, id] of steps) {
    const [rule, source] = model.rules[id] ?? ["", -1];
    const sign = html(
      "span",
      { class: "fv-sign", "aria-hidden": "true" },
      STEP_SIGNS[action] ?? "•",
    );
    const name = html("code", { class: "fv-rule-id" }, id);
    list.append(
      html(
        "li",
        { class: `fv-step fv-${action}` },
        sign,
        html("div", { class: "fv-did" }, words),
        html("div", { class: "fv-rule" }, `Rule: ${rule} `, name),
        html("div", { class: "fv-source" }, "Source: ", ...linked(model.sources[source] ?? "")),
      ),
    );
  }
  return list;
}

/** Text with its https addresses as links; nothing else can become one. */
function linked(words) {
  return words.split(/(https:\/\/[^\s;,)]+)/).map((part, place) => {
    if (place % 2 === 0) return part;
    return html("a", { href: part, target: "_blank", rel: "noopener noreferrer" }, part);
  });
}
