/*
 * The picture of a flow: drawn from a view model, animated, stepped through and inspected.
 *
 * THE CONTRACT (kept exactly; others build on it)
 *
 *   createFlowView(root, model, options) -> { update(model, options), destroy() }
 *
 *   root     an empty element; the view fills it and adds the class `flow-view`. All styles
 *            are under `.flow-view`; nothing is loaded, no ids are global.
 *   model    what `to_view_model(flow)` gives (view_model.py), or null: an empty view.
 *   options  all optional:
 *     shared     {frame, rules, sources, layers} of `to_view_models(flows)`, for models
 *                that come without them.
 *     compact    true: one bar above the picture, no heading; the host says the outcome.
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
 */

import { html, setFlag } from "../elements.js";
import { Surroundings } from "./around.js";
import { differences } from "./changes.js";
import { resolve } from "./model.js";
import { Picture } from "./picture.js";
import { Player } from "./player.js";
import { SIGNS } from "./signs.js";
import { matches, watchTheme } from "./theme.js";
import { Walk } from "./walk.js";
import { itemWords } from "./words.js";

let views = 0;

class FlowView {
  constructor(root, options) {
    views += 1;
    this.root = root;
    this.options = options;
    this.id = `fv-${views}`;
    this.walk = new Walk();
    this.selected = null;
    this.model = null;
    this.changed = new Set();
    this.player = new Player({
      isTravel: () => this.walk.item.kind !== "box",
      move: (share) => this.picture.movePacket(share),
      next: () => this.step(1, { playing: true }),
      reduced: () => options.reducedMotion ?? matches("(prefers-reduced-motion: reduce)"),
      showPlaying: (playing) => this.around.showPlaying(playing),
    });
    this.stage = html("div", { class: "fv-stage" });
    this.stage.addEventListener("keydown", (event) => this.onKey(event));
    this.stage.addEventListener("click", (event) => {
      const key = event.target.closest?.("[data-key]")?.dataset.key;
      if (key) this.open(key);
    });
    this.around = new Surroundings(root, this.stage, this.id, options, {
      overview: () => this.overview(),
      step: (way) => this.step(way),
      toggle: () => this.toggle(),
      setSpeed: (times) => {
        this.player.speed = times;
      },
      goToRound: (number) => this.goToRound(number),
      close: () => this.close(),
    });
    this.unwatch = watchTheme(root, options.theme);
  }

  /* Showing a model. */

  show(given, more = {}) {
    this.player.pause();
    const before = this.model && this.walk.round;
    try {
      this.model = given ? resolve(given, more.shared ?? this.options.shared) : null;
      return this.showModel(before, more);
    } catch (error) {
      this.model = null;
      this.picture = null;
      const words = `The picture cannot be drawn: ${error.message}`;
      this.stage.replaceChildren(html("p", { class: "fv-error", role: "alert" }, words));
      return [];
    }
  }

  showModel(before, more) {
    this.root.classList.toggle("fv-empty", !this.model);
    if (!this.model) {
      this.picture = null;
      this.stage.replaceChildren();
      return [];
    }
    this.walk.take(this.model);
    const words = more.highlightChanges && before ? this.findChanges(before) : [];
    if (!words.length) this.changed = new Set();
    setFlag(this.root, "data-changed", words.length > 0);
    this.drawRound();
    this.around.showModel(this.model);
    const said = words.length ? `Changed: ${words.join(", ")}` : "";
    const { text } = this.walk.round.answer;
    this.around.say(more.announce ?? (said ? `${said}. Now: ${text}` : ""));
    return words;
  }

  findChanges(before) {
    const { changed, gone } = differences(before, this.walk.round);
    this.changed = changed;
    return [...changed, ...gone.map((key) => `${key} (gone)`)];
  }

  drawRound() {
    const { frame } = this.model;
    const focused = this.stage.contains(document.activeElement)
      ? document.activeElement.dataset.key
      : undefined;
    if (!this.picture || JSON.stringify(this.picture.frame) !== JSON.stringify(frame)) {
      this.picture = new Picture(frame, this.id);
      this.stage.replaceChildren(this.picture.element);
    }
    this.picture.show(this.model, this.walk.round, this.changed);
    this.around.showHead(this.walk);
    this.around.showRounds(this.walk);
    if (!this.picture.items.has(this.selected)) this.selected = null;
    this.showState();
    if (focused && document.activeElement?.dataset?.key !== focused)
      (this.picture.items.get(focused) ?? this.picture.items.values().next().value).focus();
  }

  showState() {
    const { walk } = this;
    setFlag(this.root, "data-stepping", walk.at >= 0);
    this.picture.showPlace(walk, this.selected);
    const count = walk.item ? `Step ${walk.at + 1} of ${walk.round.items.length}` : "Whole picture";
    const words = walk.item ? itemWords(walk.round, walk.item) : this.overviewWords();
    this.around.showCaption(count, words);
    const item = walk.round.items.find((one) => one.key === this.selected);
    this.around.showInspector(this.model, walk.round, item);
  }

  overviewWords() {
    const { answer } = this.walk.round;
    const reason = answer.reason ? `${SIGNS[answer.verdict]} ${answer.reason}` : "";
    return reason || "Press Play, or click a box or an arrow to see what is exact.";
  }

  /* Moving: one step, or by itself. */

  overview() {
    this.player.pause();
    this.walk.overview();
    this.showState();
    this.around.say(`Whole picture. ${this.overviewWords()}`);
  }

  /** Go one step on or back, through the requests that follow redirects as well. */
  step(way, { playing = false } = {}) {
    if (!this.model) return false;
    if (!playing) this.player.pause();
    const moved = this.walk.step(way);
    if (moved === "moved") this.showMoved();
    else if (moved) this.showEntered();
    return moved !== null;
  }

  moveTo(place) {
    this.walk.at = place;
    this.showMoved();
  }

  showMoved() {
    const { item, round } = this.walk;
    const focused = this.stage.contains(document.activeElement);
    if (this.selected) this.selected = item.key;
    this.showState();
    if (focused) this.picture.items.get(item.key).focus();
    this.around.say(itemWords(round, item));
  }

  showEntered() {
    this.changed = new Set();
    this.drawRound();
    const { item, laps, round } = this.walk;
    this.around.say(`Request ${laps + 1}. ${itemWords(round, item)}`);
  }

  goToRound(number) {
    this.player.pause();
    this.walk.goTo(number);
    this.changed = new Set();
    this.drawRound();
    const { round, model } = this.walk;
    const place = `Request ${number + 1} of ${model.rounds.length}`;
    this.around.say(`${place}: ${round.title}. ${round.answer.text}`);
  }

  toggle() {
    if (this.player.playing) this.player.pause();
    else this.start();
  }

  start() {
    if (!this.model) return;
    if (this.walk.isOver()) {
      this.walk.restart();
      this.showEntered();
    } else if (this.walk.at < 0) this.moveTo(0);
    this.player.run();
  }

  /* The inspector and the keyboard. */

  open(key, { focus = false } = {}) {
    this.player.pause();
    const { walk } = this;
    const place = walk.round.items.findIndex((item) => item.key === key);
    const item = walk.round.items[place];
    this.selected = key;
    if (walk.at >= 0) walk.at = place;
    this.showState();
    this.options.onSelect?.({ round: walk.number, kind: item.kind, name: item.name });
    if (this.options.inspector !== false) this.around.goToInspector(focus);
  }

  close() {
    const key = this.selected;
    this.selected = null;
    this.showState();
    if (key) this.picture.items.get(key)?.focus();
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.target.closest?.("[data-key]")?.dataset.key;
    const { walk } = this;
    const acts = {
      ArrowRight: () => this.stepFrom(key, 1),
      ArrowDown: () => this.stepFrom(key, 1),
      ArrowLeft: () => this.stepFrom(key, -1),
      ArrowUp: () => this.stepFrom(key, -1),
      Home: () => this.moveTo(0),
      End: () => this.moveTo(walk.round.items.length - 1),
      PageDown: () => this.goToRound(Math.min(walk.number + 1, this.model.rounds.length - 1)),
      PageUp: () => this.goToRound(Math.max(walk.number - 1, 0)),
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
    const { walk } = this;
    const here = walk.round.items.findIndex((item) => item.key === key);
    if (walk.at < 0) walk.at = Math.max(0, here);
    this.step(way);
  }

  destroy() {
    this.player.pause();
    this.unwatch();
    this.root.replaceChildren();
    this.root.classList.remove("flow-view", "fv-empty");
  }
}

export function createFlowView(root, model, options = {}) {
  const view = new FlowView(root, options);
  view.show(model);
  return {
    update: (next, more = {}) => view.show(next, more),
    destroy: () => view.destroy(),
  };
}
