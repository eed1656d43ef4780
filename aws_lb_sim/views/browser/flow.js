/*
 * The picture of a flow: drawn from a view model, animated, stepped through and inspected.
 *
 * THE CONTRACT (kept exactly; others build on it)
 *
 *   createFlowView(root, model, options) -> { update(model, options), destroy() }
 *
 *   root     an empty element; the view fills it and adds the class `flow-view`. All styles
 *            are in flow.css, under `.flow-view`; nothing is loaded, no ids are global.
 *   model    what `to_view_model(flow)` gives (view_model.py), or null: an empty view.
 *   options  all optional:
 *     shared     {frame, rules, sources, layers} of `to_view_models(flows)`, for models
 *                that come without them.
 *     card       false: do not show "What Emissary sees" (who shows it themselves).
 *     table      "closed" (default), "open" or false: the same as a table.
 *     inspector  false: no inspector; clicks are still reported to onSelect.
 *     legend     false: no legend.
 *     onSelect   ({round, kind: "box" | "hop" | "answer", name}) after a person opened one.
 *     theme      "light", "dark" or "auto" (default: JupyterLab's theme, else the system's).
 *     reducedMotion  true or false; default: what the system says.
 *
 *   update(model, {highlightChanges: true, shared, announce})
 *            draw another model in the same place. With highlightChanges, what differs from
 *            the model before is marked, and said to screen readers in one line; `announce`
 *            is said instead where it is given. What was selected stays selected where the
 *            new model still has it; keyboard focus stays. Returns the list of what changed,
 *            in words.
 *   destroy()  stop, and remove everything from root.
 *
 *   The default export is an anywidget module: `{ render({model, el}) }` with the synced trait
 *   `view_model`.
 *
 *   To put another module behind this one without a bundler, use `flow_script()` of
 *   assets.py: this file without what stands behind the line "// exports".
 *
 * Data becomes text only by textContent and setAttribute; there is no innerHTML here.
 */

const VERSION = 1;

const SVG = "http://www.w3.org/2000/svg";
const SIGNS = { good: "✓", bad: "✗", caution: "!", neutral: "–" };
const STEP_SIGNS = {
  added: "+",
  removed: "−",
  rewritten: "~",
  kept: "=",
  ignored: "○",
  encrypted: "▣",
  decrypted: "▢",
  passed: "→",
  believed: "◉",
  matched: "›",
  answered: "←",
  refused: "✗",
};
const LEGEND = [
  ["tls", "▬", "encrypted"],
  ["quiet", "┄", "cleartext"],
  ["proxy", "▭", "PROXY header"],
  ["added", "+", "header added"],
  ["rewritten", "~", "rewritten"],
  ["removed", "−", "removed"],
  ["sent", "•", "sent by the client"],
  ["good", "✓", "right"],
  ["bad", "✗", "wrong or failed"],
  ["changed", "◆", "changed by the last choice"],
];
const ICONS = {
  start: "M3 3h2v10H3zM13 3v10L6 8z",
  back: "M11 3v10L4 8z",
  play: "M4 2.5v11L13 8z",
  pause: "M4 3h3v10H4zM9 3h3v10H9z",
  next: "M5 3v10l7-5z",
};
const SPEEDS = [0.5, 1, 2, 4];
const TRAVEL_TIME = 900;
const BOX_TIME = 1300;
const LINE_HEIGHT = 15;
const BOX_HEIGHT = 44;
const SHOWN_STEPS = 4;
/** A person has seen that it never ends; a browser too gives up about here. */
const MOST_LAPS = 20;

let views = 0;

/* ---- Elements: the one place where data becomes a page, and only as text ---------------- */

function build(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== null) {
      made.setAttribute(name, String(value));
    }
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const html = (name, attributes = {}, ...children) =>
  build(document.createElement(name), attributes, children);

const svg = (name, attributes = {}, ...children) =>
  build(document.createElementNS(SVG, name), attributes, children);

/** One line of text in the picture; y is the middle of its height. */
const line = (x, y, words, kind = "", anchor = "middle") =>
  svg("text", { x, y, dy: "0.36em", class: `fv-text ${kind}`, "text-anchor": anchor }, words);

const icon = (name) =>
  svg(
    "svg",
    { viewBox: "0 0 16 16", class: "fv-icon", "aria-hidden": "true" },
    svg("path", { d: ICONS[name] }),
  );

/* ---- The model, with what it left out ----------------------------------------------------- */

function resolve(given, shared) {
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
const spanOver = (round, hop) =>
  round.spans.find((span) => span.start < hop.x && hop.x < span.end) ?? { label: "cleartext" };

/** Whether a box stands in the middle of a TLS session, and so cannot read what it carries. */
const isBlind = (round, box) =>
  round.spans.some((span) => span.encrypted && span.start < box.x && box.x < span.end);

/** Which request comes after the last one of a loop: the one it was sent back to. */
function loopStart(rounds) {
  const line = rounds.at(-1).answer.lines?.find((one) => /^location: /i.test(one)) ?? "";
  const place = rounds.findIndex((round) => round.url === line.slice("location: ".length));
  return place < 0 ? rounds.length - 1 : place;
}

/* ---- In words: captions, labels, the same for eyes and for screen readers ---------------- */

const layerOf = (hop, start) => hop.layers.filter((layer) => layer[0].startsWith(start));

function spanWords(span) {
  if (!span.encrypted) return "cleartext";
  const detail = span.detail ? ` (${span.detail})` : "";
  return `${span.label.startsWith("TLS") ? "" : "TLS "}${span.label}${detail}`;
}

function beliefWords(belief) {
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

function answerWords(round) {
  const { answer } = round;
  const reason = answer.reason ? `: ${answer.reason}` : "";
  return `${SIGNS[answer.verdict]} Back to the client: ${answer.text}${reason}`;
}

function itemWords(round, item) {
  if (item.kind === "hop") return hopWords(round, item);
  return item.kind === "box" ? boxWords(round, item) : answerWords(round);
}

function itemLabel(round, item) {
  if (item.kind !== "box") return itemWords(round, item);
  const belief = beliefWords(round.beliefOf.get(item.name));
  const failed = item.box.failed ? ", failed here" : "";
  return `${item.name}, ${item.box.address}${failed}${belief ? `; ${belief}` : ""}`;
}

/* ---- What changed between two models ------------------------------------------------------- */

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
function differences(before, after) {
  const old = before ? facts(before) : new Map();
  const now = facts(after);
  const changed = [...now].filter(([key, value]) => (old.get(key) ?? "") !== value);
  const gone = [...old.keys()].filter((key) => !now.has(key) && old.get(key) !== "");
  return { changed: new Set(changed.map(([key]) => key)), gone };
}

/* ---- The picture ---------------------------------------------------------------------------- */

class Picture {
  constructor(model, round, changed, id) {
    this.frame = model.frame;
    this.round = round;
    this.changed = changed;
    this.loop = model.loop;
    this.items = new Map();
    this.element = this.draw(id);
  }

  lane(name) {
    const [label, top, height] = this.frame.lanes[name];
    return { label, top, height, middle: top + height / 2 };
  }

  draw(id) {
    const { width, height } = this.frame;
    const attributes = {
      viewBox: `0 0 ${width} ${height}`,
      class: "fv-picture",
      role: "group",
      "aria-label": `Path of the request ${this.round.title}`,
      "aria-describedby": `${id}-keys`,
    };
    const picture = svg("svg", attributes, this.bands());
    for (const item of this.round.items) picture.append(this.item(item));
    for (const box of this.round.boxes) if (box.absent) picture.append(this.absent(box));
    picture.append(...this.round.spans.map((span) => this.span(span)));
    if (this.loop) picture.append(this.loopArrow());
    this.packet = svg("g", { class: "fv-packet", "aria-hidden": "true", visibility: "hidden" });
    picture.append(this.packet);
    return picture;
  }

  bands() {
    const bands = svg("g", { "aria-hidden": "true" });
    for (const name of Object.keys(this.frame.lanes)) {
      const { label, top, height, middle } = this.lane(name);
      const { width } = this.frame;
      bands.append(svg("rect", { x: 0, y: top, width, height, rx: 3, class: "fv-band" }));
      const words = label.split("\n");
      words.forEach((word, place) => {
        const y = middle + (place - (words.length - 1) / 2) * LINE_HEIGHT;
        bands.append(line(10, y, word, "fv-lane", "start"));
      });
    }
    return bands;
  }

  item(item) {
    const made = svg("g", {
      class: `fv-item fv-${item.kind}`,
      role: "button",
      tabindex: -1,
      "aria-label": itemLabel(this.round, item),
      "aria-expanded": "false",
      "data-key": item.key,
    });
    made.append(svg("title", {}, itemLabel(this.round, item)));
    if (item.kind === "box") this.box(made, item.box, item.place);
    else if (item.kind === "hop") this.hop(made, item.hop, item.place);
    else this.answer(made);
    this.items.set(item.key, made);
    return made;
  }

  /** The background of a column's cells: shows what is open, and takes the clicks. */
  cell(x, name, width = this.round.pitch) {
    const { top, height } = this.lane(name);
    const left = Math.max(x - width / 2, 0);
    const right = Math.min(x + width / 2, this.frame.width);
    const place = { x: left + 1, y: top + 1, width: right - left - 2, height: height - 2, rx: 4 };
    return svg("rect", { ...place, class: "fv-cell" });
  }

  /** Says by a frame and a sign that this was changed by the last choice. */
  mark(made, key, x, name, width = this.round.pitch) {
    if (!this.changed.has(key)) return;
    const frame = this.cell(x, name, width);
    frame.setAttribute("class", "fv-mark");
    const right = Number(frame.getAttribute("x")) + Number(frame.getAttribute("width"));
    made.append(frame, line(right - 9, this.lane(name).top + 9, "◆", "fv-diamond"));
  }

  box(made, box, place) {
    const { middle } = this.lane("path");
    const width = this.frame.box;
    made.append(this.cell(box.x, "headers"), this.cell(box.x, "client"));
    this.mark(made, `headers by ${box.name}`, box.x, "headers");
    this.mark(made, `client address at ${box.name}`, box.x, "client");
    this.mark(made, `box ${box.name}`, box.x, "path", width + 22);
    made.append(this.frameOf(box.x, middle, width, box.failed ? "fv-failed" : ""));
    const name = box.failed ? `✗ ${box.name}` : box.name;
    made.append(line(box.x, middle - 9, name, `fv-name ${box.failed ? "fv-bad" : ""}`));
    made.append(line(box.x, middle + 10, box.address, "fv-quiet fv-mono fv-small"));
    this.headers(made, box, place);
    this.belief(made, box);
  }

  frameOf(x, middle, width, kind) {
    const corner = { x: x - width / 2, y: middle - BOX_HEIGHT / 2 };
    return svg("rect", {
      ...corner,
      width,
      height: BOX_HEIGHT,
      rx: 7,
      class: `fv-frame ${kind}`,
    });
  }

  absent(box) {
    const { middle } = this.lane("path");
    const faint = svg("g", { class: "fv-absent", "aria-hidden": "true" });
    faint.append(this.frameOf(box.x, middle, this.frame.box, ""));
    faint.append(line(box.x, middle - 9, box.name, "fv-name"));
    faint.append(line(box.x, middle + 10, box.address, "fv-quiet fv-mono fv-small"));
    return faint;
  }

  headers(made, box, place) {
    const { top } = this.lane("headers");
    const lines = this.round.linesOf.get(box.name) ?? [];
    if (!lines.length && this.round.hops[place]) {
      made.append(line(box.x, top + 14, "none", "fv-quiet fv-mono fv-small"));
    }
    const letters = Math.max(0, ...lines.map(([, words]) => words.length));
    const left = box.x - (letters * this.frame.letter) / 2;
    lines.forEach(([kind, words], at) => {
      const y = top + 13 + at * LINE_HEIGHT;
      made.append(line(left, y, words, `fv-mono fv-${kind || "quiet"}`, "start"));
    });
  }

  belief(made, box) {
    const belief = this.round.beliefOf.get(box.name);
    if (!belief) return;
    const { top } = this.lane("client");
    const wrong = belief.matters && belief.verdict === "bad";
    const sign = wrong ? "✗ wrong: " : ({ good: "✓ ", bad: "✗ " }[belief.verdict] ?? "");
    const kind = `fv-mono fv-${belief.verdict} ${belief.matters ? "fv-strong" : ""}`;
    made.append(line(box.x, top + 13, `${sign}${belief.address ?? "none"}`, kind));
    made.append(line(box.x, top + 29, belief.note ?? "", "fv-quiet fv-small"));
  }

  hop(made, hop, place) {
    const { middle, top, height } = this.lane("path");
    const width = hop.end - hop.start;
    const hit = { x: hop.start, y: top + 1, width, height: height - 2, class: "fv-cell" };
    made.append(svg("rect", hit));
    for (const name of ["tcp", "proxy", "tls", "http"]) made.append(this.cell(hop.x, name));
    const ends = `${hop.from} → ${hop.to}`;
    this.mark(made, `TCP ${ends}`, hop.x, "tcp");
    this.mark(made, `PROXY header ${ends}`, hop.x, "proxy");
    this.mark(made, `HTTP ${ends}`, hop.x, "http");
    made.append(arrow(hop.start + 2, hop.end - 2, middle, "fv-arrow"));
    made.append(
      line(hop.x, middle - 13, String(place + 1), "fv-quiet fv-strong fv-small fv-number"),
    );
    this.lines(made, hop, "tcp");
    this.lines(made, hop, "http");
    this.proxy(made, hop);
  }

  lines(made, hop, name) {
    const { middle } = this.lane(name);
    hop[name].forEach((words, place) => {
      const y = middle + (place - (hop[name].length - 1) / 2) * LINE_HEIGHT;
      made.append(line(hop.x, y, words, "fv-mono"));
    });
  }

  proxy(made, hop) {
    const { middle } = this.lane("proxy");
    if (!hop.proxy) {
      made.append(line(hop.x, middle, "none", "fv-quiet fv-mono fv-small"));
      return;
    }
    const width = hop.proxy.length * this.frame.letter + 14;
    const pill = { x: hop.x - width / 2, y: middle - 11, width, height: 22, rx: 11 };
    made.append(svg("rect", { ...pill, class: "fv-pill" }));
    made.append(line(hop.x, middle, hop.proxy, "fv-mono"));
  }

  span(span) {
    const { top } = this.lane("tls");
    const y = top + 15;
    const x = (span.start + span.end) / 2;
    const made = svg("g", { class: "fv-span", "aria-hidden": "true", "data-start": span.start });
    const from = this.round.boxes.find((box) => box.x === span.start);
    this.mark(made, `TLS from ${from?.name}`, x, "tls", span.end - span.start);
    if (!span.encrypted) {
      const ends = { x1: span.start + 8, x2: span.end - 8, y1: y, y2: y };
      made.append(svg("line", { ...ends, class: "fv-cleartext" }));
      made.append(line(x, y + 17, "cleartext", "fv-quiet fv-small"));
      return made;
    }
    const kind = span.broken ? "fv-tls fv-broken" : "fv-tls";
    const bar = { x: span.start + 3, y: y - 10, width: span.end - span.start - 6, height: 21 };
    made.append(svg("rect", { ...bar, rx: 4, class: kind }));
    for (const edge of [span.start + 3, span.end - 3]) {
      made.append(svg("rect", { x: edge - 2, y: y - 14, width: 4, height: 29, class: kind }));
    }
    const sign = span.broken ? "✗ " : "";
    made.append(line(x, y, `${sign}${span.label}`, "fv-mono fv-strong fv-on-tls"));
    const tone = span.broken ? "fv-bad" : "fv-blue";
    made.append(line(x, y + 21, span.detail ?? "", `fv-mono fv-small ${tone}`));
    return made;
  }

  answer(made) {
    const { answer } = this.round;
    const { top, height } = this.lane("answer");
    const y = top + height - 13;
    const left = answer.end - this.frame.box / 2;
    const right = Math.max(answer.start + 24, left + 620);
    this.answerWay = { start: answer.start, end: answer.end, y };
    const middle = (left + right) / 2;
    made.append(this.cell(middle, "answer", right - left + 12));
    this.mark(made, "answer", middle, "answer", right - left + 12);
    const kind = `fv-${answer.verdict}`;
    made.append(arrow(answer.start, answer.end, y, `fv-arrow fv-back ${kind}`));
    if (answer.verdict === "bad") {
      made.append(line(answer.start + 12, y, "✗", `fv-big fv-strong ${kind}`));
    }
    const words = `${SIGNS[answer.verdict]} ${answer.text}`;
    made.append(line(left, top + 13, words, `fv-mono fv-strong ${kind}`, "start"));
  }

  loopArrow() {
    const from = this.lane("answer");
    const to = this.lane("path").middle;
    const { end } = this.round.answer;
    const y = from.top + from.height - 13;
    const left = end - this.frame.box / 2;
    const side = end - this.round.pitch / 2 - 3;
    const way = `M${end - 4} ${y}H${side + 10}Q${side} ${y} ${side} ${y - 10}`;
    const up = `V${to + 10}Q${side} ${to} ${side + 10} ${to}H${left - 3}`;
    return svg(
      "g",
      { class: "fv-loop", "aria-hidden": "true", "data-when": "done" },
      svg("path", { d: way + up }),
      svg("path", { d: `M${left - 1} ${to}l-9 -5v10z`, class: "fv-loop-head" }),
      svg("circle", { cx: side, cy: this.lane("tls").middle, r: 12, class: "fv-loop-sign" }),
      line(side, this.lane("tls").middle, "↻", "fv-big fv-strong fv-bad"),
    );
  }
}

function arrow(from, to, y, kind) {
  const way = Math.sign(to - from);
  const shaft = to - way * 9;
  return svg(
    "g",
    { class: kind },
    svg("line", { x1: from, x2: shaft, y1: y, y2: y }),
    svg("path", { d: `M${to} ${y}L${shaft} ${y - 5}V${y + 5}Z` }),
  );
}

/** What travels: an envelope, sealed where TLS hides it, with a flag for a PROXY header. */
function packetShapes(round, hop) {
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
    shapes.push(line(14, -10.5, "P", "fv-flag-letter"));
  }
  return shapes;
}

function answerShapes(answer) {
  return [
    svg("circle", { r: 10, class: `fv-token fv-${answer.verdict}` }),
    line(0, 0, SIGNS[answer.verdict], "fv-strong fv-on-tls"),
  ];
}

/* ---- The inspector --------------------------------------------------------------------------- */

function inspect(model, round, item) {
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

function beforeAfter(round, box, place) {
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

function wire(layers, sealed, marks) {
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

/* ---- The same as a table ----------------------------------------------------------------------- */

const COLUMNS = [
  "Hop",
  "TCP",
  "PROXY protocol",
  "TLS",
  "HTTP",
  "The sender changed",
  "The receiver takes for the client",
];

function tableOf(model) {
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

/* ---- The parts around the picture --------------------------------------------------------------- */

function cardOf(model) {
  const rows = model.card.map(([label, words, verdict]) =>
    html(
      "div",
      { class: `fv-fact fv-${verdict}` },
      html("dt", {}, `${SIGNS[verdict]} ${label}`),
      html("dd", {}, words),
    ),
  );
  return html(
    "div",
    { class: "fv-card" },
    html("h3", {}, "What Emissary sees"),
    html("dl", {}, ...rows),
  );
}

function legend() {
  const entries = LEGEND.map(([kind, sign, words]) =>
    html(
      "li",
      { class: `fv-legend-${kind}` },
      html("span", { class: `fv-${kind}`, "aria-hidden": "true" }, sign),
      words,
    ),
  );
  return html("ul", { class: "fv-legend", "aria-label": "Legend" }, ...entries);
}

function button(name, words, act) {
  const made = html("button", { type: "button", class: "fv-button", "data-act": name });
  made.append(icon(name), html("span", {}, words));
  made.addEventListener("click", act);
  return made;
}

/** Whose colours: what the host asks for, JupyterLab's theme, its background, the system's. */
function themeOf(root, wanted) {
  if (wanted === "light" || wanted === "dark") return wanted;
  const lab = document.body?.dataset.jpThemeLight;
  if (lab) return lab === "false" ? "dark" : "light";
  const shade = getComputedStyle(root).getPropertyValue("--jp-layout-color0").trim();
  if (shade) return isDark(shade) ? "dark" : "light";
  return matches("(prefers-color-scheme: dark)") ? "dark" : "light";
}

function isDark(colour) {
  const long = /^#(..)(..)(..)/.exec(colour) ?? /^#(.)(.)(.)$/.exec(colour);
  if (!long) return /black/i.test(colour);
  const parts = long.slice(1).map((part) => Number.parseInt(part.padEnd(2, part), 16));
  return parts[0] + parts[1] + parts[2] < 384;
}

const matches = (query) => globalThis.matchMedia?.(query).matches ?? false;

/* ---- The view: one model on a page, where a person is in it, and what they can do ------------- */

class FlowView {
  constructor(root, options) {
    this.root = root;
    this.options = options;
    views += 1;
    this.id = `fv-${views}`;
    this.roundNumber = 0;
    this.at = -1;
    this.laps = 0;
    this.speed = 1;
    this.selected = null;
    this.model = null;
    this.changed = new Set();
    this.build();
    this.listen();
  }

  /* Building, once. */

  build() {
    this.root.classList.add("flow-view");
    this.head = html("div", { class: "fv-head" });
    this.rounds = html("div", { class: "fv-rounds", role: "group", "aria-label": "Requests" });
    this.caption = html("p", { class: "fv-caption" });
    this.live = html("div", { class: "fv-hidden", role: "status", "aria-live": "polite" });
    this.stage = html("div", { class: "fv-stage" });
    this.inspector = html("section", { class: "fv-inspector", id: `${this.id}-inspector` });
    this.inspector.tabIndex = -1;
    this.card = html("div", { class: "fv-card-place" });
    this.table = html("details", { class: "fv-details" });
    this.table.addEventListener("toggle", () => this.showTable());
    const keys =
      "Arrow keys step through the path, space plays and pauses, Enter opens what is exact, Escape closes it.";
    const aside = html("div", { class: "fv-aside" }, this.inspector, this.card);
    this.main = html("div", { class: "fv-main" }, this.stage, aside);
    this.root.replaceChildren(
      this.head,
      this.rounds,
      this.controls(),
      this.main,
      this.options.legend === false ? "" : legend(),
      this.table,
      html("p", { class: "fv-hidden", id: `${this.id}-keys` }, keys),
      this.live,
    );
  }

  controls() {
    this.play = button("play", "Play", () => this.toggle());
    const speed = html("select", { class: "fv-speed", "aria-label": "Speed" });
    for (const times of SPEEDS) {
      speed.append(html("option", { value: times, selected: times === 1 }, `${times}×`));
    }
    speed.addEventListener("change", () => {
      this.speed = Number(speed.value);
    });
    return html(
      "div",
      { class: "fv-controls" },
      html(
        "div",
        { class: "fv-buttons", role: "group", "aria-label": "Animation" },
        button("start", "Whole picture", () => this.overview()),
        button("back", "Back", () => this.step(-1)),
        this.play,
        button("next", "Next", () => this.step(1)),
        speed,
      ),
      this.caption,
    );
  }

  listen() {
    this.stage.addEventListener("keydown", (event) => this.onKey(event));
    this.stage.addEventListener("click", (event) => {
      const key = event.target.closest?.("[data-key]")?.dataset.key;
      if (key) this.open(key);
    });
    this.inspector.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
    const retheme = () => {
      this.root.dataset.theme = themeOf(this.root, this.options.theme);
    };
    this.scheme = globalThis.matchMedia?.("(prefers-color-scheme: dark)");
    this.scheme?.addEventListener?.("change", retheme);
    this.watcher = new MutationObserver(retheme);
    this.watcher.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
    this.retheme = retheme;
    retheme();
  }

  /* Showing a model. */

  show(given, more = {}) {
    this.pause();
    const before = this.model;
    try {
      this.model = given ? resolve(given, more.shared ?? this.options.shared) : null;
      return this.showModel(before, more);
    } catch (error) {
      this.model = null;
      this.stage.replaceChildren(
        html(
          "p",
          { class: "fv-error", role: "alert" },
          `The picture cannot be drawn: ${error.message}`,
        ),
      );
      return [];
    }
  }

  showModel(before, more) {
    this.root.classList.toggle("fv-empty", !this.model);
    if (!this.model) {
      this.stage.replaceChildren();
      return [];
    }
    const last = this.model.rounds.length - 1;
    this.roundNumber = Math.min(this.roundNumber, last);
    this.laps = this.roundNumber;
    this.at = -1;
    let words = [];
    this.changed = new Set();
    if (more.highlightChanges && before) words = this.findChanges(before);
    this.root.toggleAttribute("data-changed", words.length > 0);
    this.drawRound();
    this.showCard();
    this.showTable();
    const said = words.length ? `Changed: ${words.join(", ")}` : "";
    this.say(more.announce ?? (said ? `${said}. Now: ${this.round.answer.text}` : ""));
    return words;
  }

  findChanges(before) {
    const old = before.rounds[Math.min(this.roundNumber, before.rounds.length - 1)];
    const { changed, gone } = differences(old, this.model.rounds[this.roundNumber]);
    this.changed = changed;
    return [...changed, ...gone.map((key) => `${key} (gone)`)];
  }

  get round() {
    return this.model.rounds[this.roundNumber];
  }

  drawRound() {
    const focused = this.stage.contains(document.activeElement)
      ? document.activeElement.dataset.key
      : undefined;
    this.picture = new Picture(this.model, this.round, this.changed, this.id);
    this.stage.replaceChildren(this.picture.element);
    this.showHead();
    this.showRounds();
    if (!this.round.items.some((item) => item.key === this.selected)) this.selected = null;
    this.showState();
    if (focused)
      (this.picture.items.get(focused) ?? this.picture.items.values().next().value).focus();
  }

  showHead() {
    const { client, card, rounds } = this.model;
    const outcome = card.at(-1) ?? ["Answer", this.round.answer.short, this.round.answer.verdict];
    const number = rounds.length > 1 ? `, request ${this.roundNumber + 1} of ${rounds.length}` : "";
    const seen = card[0];
    this.head.replaceChildren(
      html(
        "div",
        { class: "fv-asked" },
        html("div", { class: "fv-title" }, this.round.title),
        html("div", { class: "fv-quiet" }, `client ${client}${number}`),
      ),
      html(
        "div",
        { class: "fv-outcome" },
        html("div", { class: `fv-title fv-${outcome[2]}` }, `${SIGNS[outcome[2]]} ${outcome[1]}`),
        seen
          ? html("div", { class: `fv-${seen[2]}` }, `${SIGNS[seen[2]]} ${seen[0]}: ${seen[1]}`)
          : "",
      ),
    );
  }

  showRounds() {
    const { rounds, loop } = this.model;
    this.rounds.hidden = rounds.length < 2 && !loop;
    const chips = rounds.map((round, number) => {
      const current = number === this.roundNumber;
      const words = `${number + 1}. ${round.url}`;
      const chip = html(
        "button",
        { type: "button", class: "fv-chip", "aria-current": current ? "step" : null },
        html("span", { class: "fv-chip-url" }, words),
        html("span", { class: `fv-${round.answer.verdict}` }, ` → ${round.answer.short}`),
      );
      chip.addEventListener("click", () => this.goToRound(number));
      return chip;
    });
    if (loop) chips.push(html("span", { class: "fv-again fv-bad" }, this.lapWords()));
    this.rounds.replaceChildren(...chips);
  }

  lapWords() {
    const lap = this.laps + 1;
    const counted = lap > this.model.rounds.length ? `now on request ${lap}, ` : "";
    return `↻ and so on: ${counted}it never arrives`;
  }

  showCard() {
    this.card.replaceChildren(...(this.options.card === false ? [] : [cardOf(this.model)]));
  }

  showTable() {
    if (this.options.table === false) {
      this.table.hidden = true;
      return;
    }
    if (!this.table.firstChild) {
      this.table.append(
        html("summary", {}, "The same as a table"),
        html("div", { class: "fv-scroll" }),
      );
      this.table.open = this.options.table === "open";
    }
    if (this.table.open && this.model) this.table.lastChild.replaceChildren(tableOf(this.model));
  }

  /* Where we are: before, now, ahead. */

  get item() {
    return this.round.items[this.at];
  }

  showState() {
    const { items } = this.round;
    const { element } = this.picture;
    element.toggleAttribute("data-stepping", this.at >= 0);
    items.forEach((item, place) => {
      const made = this.picture.items.get(item.key);
      made.dataset.when = this.when(place);
      made.setAttribute("aria-expanded", String(item.key === this.selected));
      made.classList.toggle("fv-selected", item.key === this.selected);
      made.setAttribute("tabindex", place === Math.max(this.at, 0) ? "0" : "-1");
    });
    const loop = element.querySelector(".fv-loop");
    if (loop) loop.dataset.when = this.when(items.length - 1);
    for (const span of element.querySelectorAll(".fv-span")) {
      const box = this.round.boxes.findIndex((one) => String(one.x) === span.dataset.start);
      span.dataset.when = this.when(box * 2 + 1);
    }
    this.showPacket();
    this.showCaption();
    this.showInspector();
  }

  when(place) {
    if (this.at < 0 || place < this.at) return "done";
    return place === this.at ? "now" : "ahead";
  }

  showCaption() {
    const { items } = this.round;
    const words = this.item ? itemWords(this.round, this.item) : this.overviewWords();
    const count = this.item ? `Step ${this.at + 1} of ${items.length}` : "Whole picture";
    this.caption.replaceChildren(html("strong", {}, count), ` ${words}`);
  }

  overviewWords() {
    const { answer } = this.round;
    const reason = answer.reason ? `${SIGNS[answer.verdict]} ${answer.reason}` : "";
    return reason || "Press Play, or click a box or an arrow to see what is exact.";
  }

  showPacket() {
    const { packet } = this.picture;
    if (!this.item || this.item.kind === "box") {
      packet.setAttribute("visibility", "hidden");
      return;
    }
    const [from, to, y] = this.way();
    const shapes =
      this.item.kind === "hop"
        ? packetShapes(this.round, this.item.hop)
        : answerShapes(this.round.answer);
    packet.replaceChildren(...shapes);
    packet.setAttribute("visibility", "visible");
    this.movePacket((from + to) / 2, y);
  }

  way() {
    if (this.item.kind === "hop") {
      return [this.item.hop.start, this.item.hop.end, this.picture.lane("path").middle];
    }
    const { start, end, y } = this.picture.answerWay;
    return [start, end, y];
  }

  movePacket(x, y) {
    this.picture.packet.setAttribute("transform", `translate(${x.toFixed(1)} ${y})`);
  }

  /* Moving. */

  overview() {
    this.pause();
    this.at = -1;
    this.laps = this.roundNumber;
    this.showState();
    this.say(`Whole picture. ${this.overviewWords()}`);
  }

  /** Go one step on or back, through the requests that follow redirects as well. */
  step(way, { playing = false } = {}) {
    if (!this.model) return false;
    if (!playing) this.pause();
    const next = this.at + way;
    if (next >= this.round.items.length) return this.nextRound();
    if (next < 0) return this.previousRound();
    this.moveTo(next);
    return true;
  }

  moveTo(place) {
    const focused = this.stage.contains(document.activeElement);
    this.at = place;
    if (this.selected) this.selected = this.item.key;
    this.showState();
    if (focused) this.picture.items.get(this.item.key).focus();
    this.say(itemWords(this.round, this.item));
  }

  nextRound() {
    const { rounds, loop } = this.model;
    const last = this.roundNumber === rounds.length - 1;
    if (last && !(loop && this.laps + 1 < MOST_LAPS)) return false;
    this.laps += 1;
    this.enterRound(last ? loopStart(rounds) : this.roundNumber + 1, 0);
    return true;
  }

  previousRound() {
    if (this.roundNumber === 0 || this.at < 0) return false;
    this.laps -= 1;
    this.enterRound(this.roundNumber - 1, this.model.rounds[this.roundNumber - 1].items.length - 1);
    return true;
  }

  enterRound(number, place) {
    this.roundNumber = number;
    this.changed = new Set();
    this.at = place;
    this.drawRound();
    const lap = this.laps + 1;
    this.say(`Request ${lap}. ${itemWords(this.round, this.item)}`);
  }

  goToRound(number) {
    this.pause();
    this.roundNumber = number;
    this.laps = number;
    this.at = -1;
    this.changed = new Set();
    const within = this.rounds.contains(document.activeElement);
    this.drawRound();
    if (within) this.rounds.children[number].focus();
    this.say(
      `Request ${number + 1} of ${this.model.rounds.length}: ${this.round.title}. ${this.round.answer.text}`,
    );
  }

  /* Playing. */

  get playing() {
    return this.timer !== undefined;
  }

  toggle() {
    if (this.playing) this.pause();
    else this.start();
  }

  start() {
    if (!this.model) return;
    const { rounds } = this.model;
    const over = this.at === this.round.items.length - 1 && this.roundNumber === rounds.length - 1;
    if (over && !this.model.loop) {
      this.laps = 0;
      this.enterRound(0, 0);
    } else if (this.at < 0) this.moveTo(0);
    this.showPlaying(true);
    this.run();
  }

  run() {
    const travels = this.item.kind !== "box" && !this.reduced();
    const time = (this.item.kind === "box" ? BOX_TIME : TRAVEL_TIME) / this.speed;
    if (travels) this.travel(time);
    const wait = this.item.kind !== "box" && this.reduced() ? BOX_TIME / this.speed : time;
    this.timer = setTimeout(() => {
      if (this.step(1, { playing: true })) this.run();
      else this.pause();
    }, wait);
  }

  travel(time) {
    const [from, to, y] = this.way();
    const begun = performance.now();
    const move = (now) => {
      const part = Math.min(Math.max((now - begun) / time, 0), 1);
      const eased = part < 0.5 ? 2 * part * part : 1 - (2 - 2 * part) ** 2 / 2;
      this.movePacket(from + (to - from) * eased, y);
      if (part < 1) this.motion = requestAnimationFrame(move);
    };
    this.movePacket(from, y);
    this.motion = requestAnimationFrame(move);
  }

  pause() {
    clearTimeout(this.timer);
    cancelAnimationFrame(this.motion);
    this.timer = undefined;
    this.showPlaying(false);
  }

  showPlaying(playing) {
    this.play.replaceChildren(
      icon(playing ? "pause" : "play"),
      html("span", {}, playing ? "Pause" : "Play"),
    );
    this.root.toggleAttribute("data-playing", playing);
  }

  reduced() {
    return this.options.reducedMotion ?? matches("(prefers-reduced-motion: reduce)");
  }

  /* The inspector, the keyboard, the voice. */

  open(key, { focus = false } = {}) {
    this.pause();
    const place = this.round.items.findIndex((item) => item.key === key);
    const item = this.round.items[place];
    this.selected = key;
    if (this.at >= 0) this.at = place;
    this.showState();
    this.options.onSelect?.({ round: this.roundNumber, kind: item.kind, name: item.name });
    if (this.options.inspector === false) return;
    this.inspector.firstChild.scrollIntoView?.({ block: "nearest" });
    if (focus) this.inspector.focus();
  }

  close() {
    const key = this.selected;
    this.selected = null;
    this.showState();
    if (key) this.picture.items.get(key)?.focus();
  }

  showInspector() {
    const item = this.round.items.find((one) => one.key === this.selected);
    this.inspector.hidden = !item || this.options.inspector === false;
    this.main.classList.toggle("fv-open", !this.inspector.hidden);
    if (this.inspector.hidden) {
      this.inspector.replaceChildren();
      return;
    }
    const shut = html("button", { type: "button", class: "fv-shut", "aria-label": "Close" }, "×");
    shut.addEventListener("click", () => this.close());
    const titles = { box: "Box", hop: "Hop", answer: "Answer" };
    const title = item.kind === "answer" ? "Answer" : `${titles[item.kind]}: ${item.name}`;
    this.inspector.setAttribute("aria-label", `Inspector, ${title}`);
    this.inspector.replaceChildren(
      html("div", { class: "fv-inspector-head" }, html("h3", {}, title), shut),
      ...inspect(this.model, this.round, item),
    );
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.target.closest?.("[data-key]")?.dataset.key;
    const acts = {
      ArrowRight: () => this.stepFrom(key, 1),
      ArrowDown: () => this.stepFrom(key, 1),
      ArrowLeft: () => this.stepFrom(key, -1),
      ArrowUp: () => this.stepFrom(key, -1),
      Home: () => this.moveTo(0),
      End: () => this.moveTo(this.round.items.length - 1),
      PageDown: () => this.goToRound(Math.min(this.roundNumber + 1, this.model.rounds.length - 1)),
      PageUp: () => this.goToRound(Math.max(this.roundNumber - 1, 0)),
      " ": () => this.toggle(),
      Enter: () => key && this.open(key, { focus: true }),
      Escape: () => (this.selected ? this.close() : this.overview()),
    };
    if (!acts[event.key] || !this.model) return;
    event.preventDefault();
    event.stopPropagation();
    acts[event.key]();
  }

  /** From the whole picture, the arrow keys start at what has the focus. */
  stepFrom(key, way) {
    if (this.at < 0)
      this.at = Math.max(
        0,
        this.round.items.findIndex((item) => item.key === key),
      );
    this.step(way);
  }

  say(words) {
    if (words) this.live.textContent = words;
  }

  destroy() {
    this.pause();
    this.watcher.disconnect();
    this.scheme?.removeEventListener?.("change", this.retheme);
    this.root.replaceChildren();
    this.root.classList.remove("flow-view", "fv-empty");
  }
}

function createFlowView(root, model, options = {}) {
  const view = new FlowView(root, options);
  view.show(model);
  return {
    update: (next, more = {}) => view.show(next, more),
    destroy: () => view.destroy(),
  };
}

// exports
export { createFlowView };
export default {
  render({ model, el }) {
    const view = createFlowView(el, model.get("view_model"), {});
    const change = () => view.update(model.get("view_model"), { highlightChanges: true });
    model.on("change:view_model", change);
    return () => {
      model.off("change:view_model", change);
      view.destroy();
    };
  },
};
