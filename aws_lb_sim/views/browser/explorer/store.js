/*
 * What is known of the states: one store for each model, whatever views show it.
 *
 * Python decides everything (aws_lb_sim/explorer). The store keeps the states it was sent, by
 * their codes, and has the one painted that a click leads to without asking anybody; then it
 * tells the kernel where it stands, which sends what can be clicked next.
 *
 *   state     what `state_of(scenario)` gives: code, preset, controls, headline, card, flow,
 *             findings, files, command. Sent packed: {"$": number} stands for a part that is
 *             sent once.
 *   model     traits: `code` (what is shown), `spec` (the controls), `start` (the first state).
 *   messages  to Python    {kind: "hello" | "want" | "choose" | "restore" | "verify", page, ...}
 *             from Python  {kind: "go" | "states" | "moves" | "fixes" | "verified" |
 *                          "unverified" | "error", page, ...}; a state that is asked for
 *                          as it is, those made ahead in a buffer: JSON, compressed by zlib.
 */

import { afterPaint, whenIdle } from "./later.js";

const MOST_UNDONE = 100;

const stores = new WeakMap();
let pages = 0;

export class Store {
  constructor(model) {
    this.model = model;
    pages += 1;
    this.page = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}-${pages}`;
    this.number = 0;
    this.views = new Set();
    this.forget(0);
    const start = model.get("start");
    this.states.set(start.state.code, start.state);
    this.fixes.set(start.state.code, start.fixes);
    this.problem = start.problem;
    this.undone = [];
    this.inbox = Promise.resolve();
    this.waiting = new Map();
    this.verified = new Map();
    this.verifying = null;
    model.on("msg:custom", (content, buffers) => this.receive(content, buffers));
    model.on("change:code", () => this.onCode());
    this.hello();
  }

  forget(epoch) {
    this.epoch = epoch;
    this.parts = new Map();
    this.joined = new Map();
    this.packed = new Map();
    this.states = new Map();
    this.moves = new Map();
    this.fixes = new Map();
  }

  hello() {
    this.send({ kind: "hello" });
  }

  send(content) {
    this.number += 1;
    this.model.send({ page: this.page, number: this.number, ...content });
    return this.number;
  }

  /** Messages are handled in the order in which they came, also while one is unpacked. */
  receive(content, buffers) {
    if (content?.page !== this.page) return;
    this.inbox = this.inbox
      .then(() => (buffers?.length ? inflate(buffers[0]) : null))
      .then((text) => this.handle(content, text === null ? null : JSON.parse(text)))
      .catch((error) => this.tell({ words: `A message could not be read: ${error}` }));
  }

  handle(content, body) {
    if (content.epoch > this.epoch) {
      const shown = this.states.get(this.model.get("code"));
      this.forget(content.epoch);
      if (shown) this.states.set(shown.code, shown);
    }
    if (body ?? content.body) this.keep(body ?? content.body);
    if (content.kind === "moves") this.moves.set(content.code, content.moves);
    else if (content.kind === "fixes") this.fixes.set(content.code, content.fixes);
    else if (content.kind === "error") this.onError(content);
    else if (content.kind === "go") this.onGo(content);
    else if (content.kind === "verified" || content.kind === "unverified") this.onVerified(content);
    if (content.kind === "moves" || content.kind === "fixes") this.refresh(content);
  }

  keep(body) {
    for (const [number, part] of Object.entries(body.parts)) this.parts.set(Number(number), part);
    for (const [code, packed] of Object.entries(body.states)) this.packed.set(code, packed);
    whenIdle(() => {
      for (const code of Object.keys(body.states)) this.state(code);
    });
  }

  /** The state of a code, put together; undefined where it was not sent yet. */
  state(code) {
    const known = this.states.get(code);
    if (known || !this.packed.has(code)) return known;
    const made = this.join(this.packed.get(code));
    this.states.set(code, made);
    return made;
  }

  join(value) {
    if (Array.isArray(value)) return value.map((each) => this.join(each));
    if (value === null || typeof value !== "object") return value;
    if ("$" in value) {
      const number = value.$;
      if (!this.joined.has(number)) this.joined.set(number, this.join(this.parts.get(number)));
      return this.joined.get(number);
    }
    const made = {};
    for (const [name, each] of Object.entries(value)) made[name] = this.join(each);
    return made;
  }

  /** Show a state that is here: paint first, tell the kernel afterwards. */
  go(code, more = {}) {
    const before = this.model.get("code");
    if (code === before) {
      for (const view of this.views) view.paint(this.state(code), more);
      return;
    }
    if (!more.undo) {
      if (!(more.typed && this.lastTyped === more.typed)) this.undone.push(before);
      if (this.undone.length > MOST_UNDONE) this.undone.shift();
    }
    this.lastTyped = more.typed;
    this.more = more;
    this.model.set("code", code);
    this.more = null;
    afterPaint(() => this.model.save_changes());
  }

  /** The code changed: by this page, or by a cell of the notebook. */
  onCode() {
    const code = this.model.get("code");
    const state = this.state(code);
    if (state) for (const view of this.views) view.paint(state, this.more ?? {});
    else this.send({ kind: "restore", code });
  }

  choose(control, option) {
    const code = this.model.get("code");
    const [target, ...gaveWay] = this.moves.get(code)?.[control]?.[option] ?? [];
    if (target && this.state(target)) {
      this.go(target, { gaveWay, control, option });
      return;
    }
    const value = control === "preset" ? option : Number(option);
    const number = this.send({ kind: "choose", code, control, value });
    this.waiting.set(number, { control, option });
  }

  /** Ask for what a person points at, where it is not here yet: they may be about to choose it. */
  want(control, option) {
    const code = this.model.get("code");
    const [target] = this.moves.get(code)?.[control]?.[option] ?? [];
    if (!target || this.states.has(target) || this.packed.has(target)) return;
    this.send({ kind: "want", code, control, value: Number(option) });
  }

  /** One text is under way at a time; what was typed meanwhile goes next, the rest is passed over. */
  type(control, value) {
    this.typed = { control, value };
    if (!this.typing) this.sendTyped();
  }

  sendTyped() {
    const typed = this.typed;
    if (!typed) return;
    this.typed = null;
    const code = this.model.get("code");
    this.typing = this.send({ kind: "choose", code, ...typed });
    this.waiting.set(this.typing, { control: typed.control, typed: typed.control });
  }

  restore(code) {
    this.waiting.set(this.send({ kind: "restore", code }), {});
  }

  /** Have what is shown run on a real Envoy: one at a time, however often it is asked for. */
  verify() {
    if (this.verifying !== null) return;
    const code = this.model.get("code");
    this.verifying = code;
    this.verified.delete(code);
    this.send({ kind: "verify", code });
    for (const view of this.views) view.paintLab();
  }

  /** What a real Envoy did belongs to the state that it was given, and is shown with that alone. */
  onVerified({ code, result, words }) {
    this.verifying = null;
    this.verified.set(code, result ?? { verdict: "bad", headline: `✗ ${words}`, requests: [] });
    for (const view of this.views) view.paintLab();
  }

  undo() {
    const code = this.undone.pop();
    if (code === undefined) return;
    if (this.state(code)) this.go(code, { undo: true });
    else this.restore(code);
  }

  settled(number) {
    const about = this.waiting.get(number) ?? {};
    this.waiting.delete(number);
    if (number === this.typing) {
      this.typing = null;
      this.sendTyped();
    }
    return about;
  }

  onGo(content) {
    const about = this.waiting.get(content.number);
    if (about) this.go(content.code, { ...about, gaveWay: content.gave_way });
    else if (content.code === this.model.get("code")) this.onCode();
    this.settled(content.number);
  }

  onError(content) {
    this.tell({ ...this.settled(content.number), words: content.words });
  }

  tell(about) {
    for (const view of this.views) view.showError(about);
  }

  refresh(content) {
    if (content.code !== this.model.get("code")) return;
    for (const view of this.views) view.refresh(content.kind);
  }
}

export function storeOf(model) {
  if (!stores.has(model)) stores.set(model, new Store(model));
  return stores.get(model);
}

async function inflate(buffer) {
  const stream = new Blob([buffer]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).text();
}
