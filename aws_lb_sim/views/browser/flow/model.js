/*
 * The view model (view_model.py), with what it left out.
 */

const VERSION = 1;

export function resolve(given, shared) {
  if (given.version !== VERSION) {
    throw new Error(
      `it was written for version ${given.version} of the picture, and this is ${VERSION}: ` +
        "reload the page, or write the file again",
    );
  }
  const whole = { rules: {}, sources: [], layers: [], card: [], ...shared, ...given };
  return { ...whole, rounds: whole.rounds.map((round) => resolveRound(round, whole)) };
}

function resolveRound(round, { layers }) {
  const hops = (round.hops ?? []).map((hop) => ({
    proxy: "",
    ...hop,
    layers: hop.wire.map((number) => layers[number]),
  }));
  const full = { steps: {}, headers: [], beliefs: [], spans: [], ...round, hops };
  const reached = full.boxes.filter((box) => !box.absent);
  const items = reached.flatMap((box, place) => {
    const item = { kind: "box", name: box.name, key: `box ${box.name}`, box, place };
    const hop = hops[place];
    if (!hop) return [item];
    const name = `${hop.from} → ${hop.to}`;
    return [item, { kind: "hop", name, key: `hop ${name}`, hop, place }];
  });
  items.push({ kind: "answer", name: "answer", key: "answer" });
  return {
    ...full,
    items,
    pitch: full.boxes.length > 1 ? full.boxes[1].x - full.boxes[0].x : 180,
    linesOf: new Map(full.headers.map((one) => [one.box, one.lines])),
    beliefOf: new Map(full.beliefs.map((one) => [one.box, one])),
  };
}

/** The span that a hop travels in: TLS or cleartext. */
export const spanOver = (round, hop) =>
  round.spans.find((span) => span.start < hop.x && hop.x < span.end) ?? { label: "cleartext" };

/** Whether a box stands in the middle of a TLS session, and so cannot read what it carries. */
export const isBlind = (round, box) =>
  round.spans.some((span) => span.encrypted && span.start < box.x && box.x < span.end);

/** Which request comes after the last one of a loop: the one it was sent back to. */
export function loopStart(rounds) {
  const line = rounds.at(-1).answer.lines?.find((one) => /^location: /i.test(one)) ?? "";
  const place = rounds.findIndex((round) => round.url === line.slice("location: ".length));
  return place < 0 ? rounds.length - 1 : place;
}

export const layerOf = (hop, start) => hop.layers.filter((layer) => layer[0].startsWith(start));
