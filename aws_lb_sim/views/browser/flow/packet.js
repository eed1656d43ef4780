/* What travels along the path while it is played or stepped. */

import { svg } from "../elements.js";
import { text } from "./drawing.js";
import { spanOver } from "./model.js";
import { SIGNS } from "./signs.js";

/** What travels: an envelope, sealed where TLS hides it, with a flag for a PROXY header. */
export function packetShapes(round, hop) {
  const sealed = Boolean(spanOver(round, hop).encrypted);
  const shapes = [
    svg("rect", {
      x: -14,
      y: -10,
      width: 28,
      height: 20,
      rx: 3,
      class: sealed ? "fv-seal" : "fv-letter",
    }),
  ];
  if (sealed) {
    shapes.push(svg("path", { d: "M-3 -1v-2a3 3 0 0 1 6 0v2", class: "fv-shackle" }));
    shapes.push(svg("rect", { x: -5, y: -1, width: 10, height: 7, rx: 1.5, class: "fv-lock" }));
  } else shapes.push(svg("path", { d: "M-13 -8L0 3L13 -8", class: "fv-flap" }));
  if (hop.proxy) {
    shapes.push(svg("rect", { x: 7, y: -17, width: 14, height: 13, rx: 3, class: "fv-flag" }));
    shapes.push(text(14, -10.5, "P", "fv-flag-letter"));
  }
  return shapes;
}

export function answerShapes(answer) {
  return [
    svg("circle", { r: 10, class: `fv-token fv-${answer.verdict}` }),
    text(0, 0, SIGNS[answer.verdict], "fv-strong fv-on-tls"),
  ];
}
