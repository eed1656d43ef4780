/*
 * The columns of the picture: boxes, and the hops between them, each cut into parts that change
 * by themselves, so that a toggle draws only what differs.
 */

import { svg } from "../elements.js";
import { arrow, group, LINE_HEIGHT, text } from "./drawing.js";

/** A part whose element depends on these values alone. */
const part = (key, make, ...values) => ({ key, data: JSON.stringify(values), make });

export function boxParts(stage, round, { box, place }) {
  const lines = round.linesOf.get(box.name) ?? [];
  const passesOn = place < round.hops.length;
  const belief = round.beliefOf.get(box.name);
  return [
    part("cells", () => group(stage.cell(box.x, "headers"), stage.cell(box.x, "client")), box.x),
    part("box", () => boxShape(stage, box), box),
    part("headers", () => headers(stage, box.x, lines, passesOn), box.x, lines, passesOn),
    part("belief", () => beliefShape(stage, box.x, belief), box.x, belief),
  ];
}

/** Which cells of a box are marked: [key of what changed, lane, width]. */
export const boxMarks = (stage, { box }) => [
  [`headers by ${box.name}`, box.x, "headers", stage.pitch],
  [`client address at ${box.name}`, box.x, "client", stage.pitch],
  [`box ${box.name}`, box.x, "path", stage.frame.box + 22],
];

function boxShape(stage, box) {
  const { middle } = stage.lane("path");
  const name = box.failed ? `✗ ${box.name}` : box.name;
  return group(
    stage.boxFrame(box.x, box.failed ? "fv-failed" : ""),
    text(box.x, middle - 9, name, `fv-name ${box.failed ? "fv-bad" : ""}`),
    text(box.x, middle + 10, box.address, "fv-quiet fv-mono fv-small"),
  );
}

/** A box that the request did not reach. */
export function absentBox(stage, box) {
  const faint = boxShape(stage, box);
  faint.setAttribute("class", "fv-absent");
  faint.setAttribute("aria-hidden", "true");
  return faint;
}

function headers(stage, x, lines, passesOn) {
  const { top } = stage.lane("headers");
  if (!lines.length && passesOn) {
    return group(text(x, top + 14, "none", "fv-quiet fv-mono fv-small"));
  }
  const letters = Math.max(0, ...lines.map(([, words]) => words.length));
  const left = x - (letters * stage.frame.letter) / 2;
  return group(
    ...lines.map(([kind, words], at) => {
      const y = top + 13 + at * LINE_HEIGHT;
      return text(left, y, words, `fv-mono fv-${kind || "quiet"}`, "start");
    }),
  );
}

function beliefShape(stage, x, belief) {
  if (!belief) return group();
  const { top } = stage.lane("client");
  const wrong = belief.matters && belief.verdict === "bad";
  const sign = wrong ? "✗ wrong: " : ({ good: "✓ ", bad: "✗ " }[belief.verdict] ?? "");
  const kind = `fv-mono fv-${belief.verdict} ${belief.matters ? "fv-strong" : ""}`;
  return group(
    text(x, top + 13, `${sign}${belief.address ?? "none"}`, kind),
    text(x, top + 29, belief.note ?? "", "fv-quiet fv-small"),
  );
}

export function hopParts(stage, _round, { hop, place }) {
  const ends = [hop.start, hop.end, hop.x];
  return [
    part("cells", () => hopCells(stage, hop), ...ends),
    part("arrow", () => hopArrow(stage, hop, place), ...ends, place),
    part("tcp", () => lane(stage, hop.x, "tcp", hop.tcp), hop.x, hop.tcp),
    part("http", () => lane(stage, hop.x, "http", hop.http), hop.x, hop.http),
    part("proxy", () => proxyHeader(stage, hop.x, hop.proxy), hop.x, hop.proxy),
  ];
}

export function hopMarks(stage, { hop }) {
  const ends = `${hop.from} → ${hop.to}`;
  return [
    [`TCP ${ends}`, hop.x, "tcp", stage.pitch],
    [`PROXY header ${ends}`, hop.x, "proxy", stage.pitch],
    [`HTTP ${ends}`, hop.x, "http", stage.pitch],
  ];
}

function hopCells(stage, hop) {
  const { top, height } = stage.lane("path");
  const size = { width: hop.end - hop.start, height: height - 2 };
  const way = svg("rect", { x: hop.start, y: top + 1, ...size, class: "fv-cell" });
  return group(way, ...["tcp", "proxy", "tls", "http"].map((name) => stage.cell(hop.x, name)));
}

function hopArrow(stage, hop, place) {
  const { middle } = stage.lane("path");
  const number = String(place + 1);
  return group(
    arrow(hop.start + 2, hop.end - 2, middle, "fv-arrow"),
    text(hop.x, middle - 13, number, "fv-quiet fv-strong fv-small fv-number"),
  );
}

function lane(stage, x, name, lines) {
  const { middle } = stage.lane(name);
  return group(
    ...lines.map((words, place) =>
      text(x, middle + (place - (lines.length - 1) / 2) * LINE_HEIGHT, words, "fv-mono"),
    ),
  );
}

function proxyHeader(stage, x, words) {
  const { middle } = stage.lane("proxy");
  if (!words) return group(text(x, middle, "none", "fv-quiet fv-mono fv-small"));
  const width = words.length * stage.frame.letter + 14;
  const pill = { x: x - width / 2, y: middle - 11, width, height: 22, rx: 11 };
  return group(svg("rect", { ...pill, class: "fv-pill" }), text(x, middle, words, "fv-mono"));
}
