/* The same as the picture, as a table. */

import { html } from "../elements.js";
import { layerOf, spanOver } from "./model.js";
import { SIGNS } from "./signs.js";
import { spanWords } from "./words.js";

const COLUMNS = [
  "Hop",
  "TCP",
  "PROXY protocol",
  "TLS",
  "HTTP",
  "The sender changed",
  "The receiver takes for the client",
];

export function tableOf(model) {
  const table = html("table", { class: "fv-table" });
  const heads = COLUMNS.map((name) => html("th", { scope: "col" }, name));
  table.append(html("caption", {}, `The same as a table; the client is ${model.client}`));
  table.append(html("thead", {}, html("tr", {}, ...heads)));
  model.rounds.forEach((round, number) => {
    const title = `Request ${number + 1} of ${model.rounds.length}: ${round.title}`;
    const head = html("th", { colspan: COLUMNS.length, scope: "rowgroup" }, title);
    const body = html("tbody", {}, html("tr", { class: "fv-round-row" }, head));
    const rows = round.hops.map((hop, place) => hopRow(round, hop, place));
    body.append(...rows, answerRow(model, round));
    table.append(body);
  });
  return table;
}

function hopRow(round, hop, place) {
  const changes = joined(round.linesOf.get(hop.from) ?? []);
  const name = `${place + 1}. ${hop.from} → ${hop.to}`;
  return html(
    "tr",
    {},
    html("th", { scope: "row" }, name),
    html("td", {}, layerOf(hop, "TCP")[0]?.[1] ?? ""),
    html("td", {}, hop.proxy || "none"),
    html("td", {}, spanWords(spanOver(round, hop))),
    html("td", {}, hop.http.join("\n")),
    html("td", {}, changes.join("\n") || "no header"),
    html("td", {}, beliefCell(round.beliefOf.get(hop.to))),
  );
}

/** Header lines with their values behind the names again, where the picture broke them. */
function joined(lines) {
  const whole = [];
  for (const [kind, words] of lines) {
    if (kind && words.startsWith("  ")) whole.push(`${whole.pop()} ${words.trim()}`);
    else whole.push(words);
  }
  return whole;
}

function beliefCell(belief) {
  if (!belief) return "";
  const words = { good: "✓ right: ", bad: "✗ wrong: " }[belief.verdict] ?? "";
  return `${words}${belief.address ?? "none"}\n${belief.note ?? ""}`;
}

function answerRow(model, round) {
  const { answer } = round;
  const loop = model.loop ? "; and so on: a redirect loop, it never arrives" : "";
  const words = `${SIGNS[answer.verdict]} ${answer.text}${answer.reason ? `: ${answer.reason}` : ""}`;
  const cell = html("td", { colspan: COLUMNS.length - 1 }, words + loop);
  return html("tr", {}, html("th", { scope: "row" }, "Answer"), cell);
}
