/* The controls in groups: beside the flow where there is room, else in a row above it. */

import { html, setText } from "../elements.js";
import { Choice, Text } from "./control.js";

const HINT = "⊘ is impossible, and says why. ⇄ can be chosen, and changes other choices as well.";
/** Words of options that say that nothing is chosen. */
const NOTHING = ["off", "no", "none", "default", "not set", "nothing", "what is sent"];

export class Controls {
  constructor(view) {
    this.view = view;
    this.byName = new Map();
    this.wide = null;
    this.open = new Set();
    this.groups = view.spec.groups.map((group, place) => this.group(group, place));
    this.element = html(
      "form",
      {
        class: "ex-controls",
        "aria-label": "Choices",
        autocomplete: "off",
        onsubmit: (event) => event.preventDefault(),
      },
      ...this.groups.flatMap(({ head, panel }) => [head, panel]),
      html("p", { class: "ex-hint" }, HINT),
    );
  }

  group(group, place) {
    const id = `${this.view.id}-group-${place}`;
    const summary = html("span", { class: "ex-summary" });
    const head = html(
      "button",
      {
        type: "button",
        class: "ex-head",
        "aria-controls": id,
        title: group.about,
        onclick: () => this.toggle(place),
      },
      html("span", { class: "ex-title" }, group.title),
      summary,
    );
    const made = group.controls.map((spec) => this.control(spec));
    const panel = html(
      "div",
      { class: "ex-panel", id, role: "group", "aria-label": group.about },
      html("div", { class: "ex-fields" }, ...made.map(({ element }) => element)),
    );
    return { head, panel, summary, group };
  }

  control(spec) {
    const made = spec.options ? new Choice(this.view, spec) : new Text(this.view, spec);
    this.byName.set(spec.name, made);
    return made;
  }

  paint(before, state, more) {
    for (const [name, made] of this.byName) {
      const now = state.controls[name];
      const was = before?.controls[name];
      made.markChanged(was !== undefined && was.is !== now.is && name !== more.control);
      made.paint(now, more);
    }
    for (const { summary, group } of this.groups) setText(summary, summaryOf(group, state));
  }

  paintTitles(state) {
    const moves = this.view.store.moves.get(state.code);
    if (!moves) return;
    for (const [name, made] of this.byName) made.paintTitles?.(state.controls[name], moves[name]);
  }

  /* On a wide page several groups are open; else one at a time, since the flow is below. */

  adapt(wide) {
    if (wide === this.wide) return;
    this.wide = wide;
    const open = this.view.spec.groups.flatMap((group, place) => (group.open ? [place] : []));
    this.open = new Set(wide ? open : []);
    this.showGroups();
  }

  toggle(place) {
    const isOpen = this.open.has(place);
    if (!this.wide) this.open.clear();
    if (isOpen) this.open.delete(place);
    else this.open.add(place);
    this.showGroups();
  }

  showGroups() {
    this.groups.forEach(({ head, panel }, place) => {
      const open = this.open.has(place);
      head.setAttribute("aria-expanded", String(open));
      panel.hidden = !open;
    });
  }
}

/** What is chosen in a group, in a few words. */
function summaryOf(group, state) {
  const words = [];
  for (const control of group.controls) {
    const now = state.controls[control.name].is;
    if (!control.options) words.push(now);
    else if (now !== null) words.push(describe(control, now));
  }
  return words.filter(Boolean).slice(0, 3).join(" · ") || "nothing";
}

function describe(control, option) {
  const label = control.options[option];
  if (label === "on") return control.label;
  return NOTHING.includes(label) ? "" : label;
}
