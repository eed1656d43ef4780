/* What lies across the columns: TLS, the answer on its way back, a loop. */

import { svg } from "../elements.js";
import { arrow, group, text } from "./drawing.js";
import { SIGNS } from "./signs.js";

export function spanShape(stage, span, marked) {
  const y = stage.lane("tls").top + 15;
  const x = (span.start + span.end) / 2;
  const made = svg("g", { class: "fv-span", "aria-hidden": "true", "data-start": span.start });
  if (marked) made.append(stage.mark(x, "tls", span.end - span.start));
  if (!span.encrypted) {
    const ends = { x1: span.start + 8, x2: span.end - 8, y1: y, y2: y };
    made.append(svg("line", { ...ends, class: "fv-cleartext" }));
    made.append(text(x, y + 17, "cleartext", "fv-quiet fv-small"));
    return made;
  }
  const kind = span.broken ? "fv-tls fv-broken" : "fv-tls";
  const bar = { x: span.start + 3, y: y - 10, width: span.end - span.start - 6, height: 21 };
  made.append(svg("rect", { ...bar, rx: 4, class: kind }));
  for (const edge of [span.start + 3, span.end - 3]) {
    made.append(svg("rect", { x: edge - 2, y: y - 14, width: 4, height: 29, class: kind }));
  }
  const sign = span.broken ? "✗ " : "";
  made.append(text(x, y, `${sign}${span.label}`, "fv-mono fv-strong fv-on-tls"));
  const tone = span.broken ? "fv-bad" : "fv-blue";
  made.append(text(x, y + 21, span.detail ?? "", `fv-mono fv-small ${tone}`));
  return made;
}

/** Where the answer's arrow and words stand. */
export function answerWay(stage, { start, end }) {
  const { top, height } = stage.lane("answer");
  const left = end - stage.frame.box / 2;
  const right = Math.max(start + 24, left + 620);
  return { start, end, y: top + height - 13, top, left, right, middle: (left + right) / 2 };
}

export function answerParts(stage, { answer }) {
  const data = JSON.stringify([answer.start, answer.end, answer.verdict, answer.text]);
  return [{ key: "answer", data, make: () => answerShape(stage, answer) }];
}

export function answerMarks(stage, { answer }) {
  const { middle, left, right } = answerWay(stage, answer);
  return [["answer", middle, "answer", right - left + 12]];
}

function answerShape(stage, answer) {
  const { start, end, y, top, left, right, middle } = answerWay(stage, answer);
  const kind = `fv-${answer.verdict}`;
  const words = `${SIGNS[answer.verdict]} ${answer.text}`;
  const lost = answer.verdict === "bad" ? text(start + 12, y, "✗", `fv-big fv-strong ${kind}`) : "";
  return group(
    stage.cell(middle, "answer", right - left + 12),
    arrow(start, end, y, `fv-arrow fv-back ${kind}`),
    lost,
    text(left, top + 13, words, `fv-mono fv-strong ${kind}`, "start"),
  );
}

export function loopArrow(stage, { answer }) {
  const { end, y, left } = answerWay(stage, answer);
  const to = stage.lane("path").middle;
  const side = end - stage.pitch / 2 - 3;
  const way = `M${end - 4} ${y}H${side + 10}Q${side} ${y} ${side} ${y - 10}`;
  const up = `V${to + 10}Q${side} ${to} ${side + 10} ${to}H${left - 3}`;
  return svg(
    "g",
    { class: "fv-loop", "aria-hidden": "true", "data-when": "done" },
    svg("path", { d: way + up }),
    svg("path", { d: `M${left - 1} ${to}l-9 -5v10z`, class: "fv-loop-head" }),
    svg("circle", { cx: side, cy: stage.lane("tls").middle, r: 12, class: "fv-loop-sign" }),
    text(side, stage.lane("tls").middle, "↻", "fv-big fv-strong fv-bad"),
  );
}
