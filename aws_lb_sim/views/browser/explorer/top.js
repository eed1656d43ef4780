/* The top: where to start from, and the way back. */

import { html, setText } from "../elements.js";

export class Top {
  constructor(view) {
    this.view = view;
    this.presets = view.spec.presets;
    // Two recipes may come to the same design: the one that was asked for is named.
    this.asked = new Map();
    const id = `${view.id}-preset`;
    this.select = html(
      "select",
      { id, onchange: () => this.choose() },
      html("option", { value: "" }, "A design of your own"),
      this.group("The documentation page’s recipes, corrected", false),
      this.group("As the page prints them", true),
    );
    this.about = html("p", { class: "ex-about" });
    this.undo = html(
      "button",
      { type: "button", class: "ex-button", onclick: () => view.store.undo() },
      "↶ Undo",
    );
    this.correct = html(
      "button",
      { type: "button", class: "ex-button ex-strong", onclick: () => this.takeCorrected() },
      "Take the corrected design",
    );
    this.element = html(
      "header",
      { class: "ex-top" },
      html("label", { for: id }, "Start from"),
      this.select,
      this.correct,
      this.about,
      this.undo,
    );
  }

  group(title, printed) {
    const options = this.presets
      .filter((each) => each.printed === printed)
      .map((each) => html("option", { value: each.name }, each.title));
    return html("optgroup", { label: title }, ...options);
  }

  choose() {
    this.view.clearAlert();
    if (this.select.value) this.view.store.choose("preset", this.select.value);
    else this.paint(this.view.state, {});
  }

  takeCorrected() {
    this.view.clearAlert();
    this.view.store.choose("preset", this.view.state.preset.replace(/-as-printed$/, ""));
  }

  paint(state, { control, option }) {
    if (control === "preset") this.asked.set(state.code, option);
    const name = this.asked.get(state.code) ?? state.preset;
    const preset = this.presets.find((each) => each.name === name);
    if (this.select.value !== name) this.select.value = name;
    setText(this.about, preset?.summary ?? "");
    if (this.about.title !== this.about.textContent) this.about.title = this.about.textContent;
    this.correct.hidden = !preset?.printed;
    this.undo.disabled = this.view.store.undone.length === 0;
  }
}
