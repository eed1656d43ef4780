/* What changed between two requests' ways. */

import { spanWords } from "./words.js";

/** Everything that one round shows, by a key that survives a change of design. */
function facts(round) {
  const told = new Map();
  const at = new Map(round.boxes.map((box) => [box.x, box.name]));
  for (const box of round.boxes) {
    told.set(`box ${box.name}`, `${box.address} ${Boolean(box.failed)}`);
  }
  for (const hop of round.hops) {
    const ends = `${hop.from} → ${hop.to}`;
    told.set(`TCP ${ends}`, hop.tcp.join(" "));
    told.set(`PROXY header ${ends}`, hop.proxy);
    told.set(`HTTP ${ends}`, hop.http.join(" "));
  }
  for (const span of round.spans) {
    told.set(`TLS from ${at.get(span.start)}`, `${spanWords(span)} ${at.get(span.end)}`);
  }
  for (const { box, lines } of round.headers) told.set(`headers by ${box}`, lines.join("\n"));
  for (const belief of round.beliefs)
    told.set(`client address at ${belief.box}`, beliefKey(belief));
  told.set("answer", `${round.answer.text} ${round.answer.reason ?? ""}`);
  return told;
}

const beliefKey = (belief) => `${belief.address} ${belief.note} ${belief.verdict}`;

/** Keys of what is new or different in `after`, and of what is gone from it. */
export function differences(before, after) {
  const old = before ? facts(before) : new Map();
  const now = facts(after);
  const changed = [...now].filter(([key, value]) => (old.get(key) ?? "") !== value);
  const gone = [...old.keys()].filter((key) => !now.has(key) && old.get(key) !== "");
  return { changed: new Set(changed.map(([key]) => key)), gone };
}
