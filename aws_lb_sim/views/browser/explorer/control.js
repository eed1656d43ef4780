/* One control: options, of which some are impossible and say why, or a text. */

import { html, setText, showParts } from "../elements.js";

/** After what a person types is wrong, how long they may go on before it is said. */
const ERROR_PAUSE = 700;

/** What choices and texts have in common. */
class Control {
  constructor(view, spec) {
    this.view = view;
    this.spec = spec;
    this.id = `${view.id}-${spec.name}`;
    this.help = html("p", { class: "ex-help", id: `${this.id}-help` }, spec.help);
    this.why = html("p", { class: "ex-why", id: `${this.id}-why` });
  }

  /** Say that this was changed by a choice elsewhere. */
  markChanged(changed) {
    if (this.element.classList.contains("ex-changed") === changed) return;
    this.element.classList.toggle("ex-changed", changed);
  }
}

export class Choice extends Control {
  constructor(view, spec) {
    super(view, spec);
    this.inputs = spec.options.map((_, option) => this.input(option));
    this.marks = spec.options.map(() => html("span", { class: "ex-mark", "aria-hidden": "true" }));
    const options = spec.options.map((label, option) =>
      html(
        "label",
        {
          class: "ex-option",
          onpointerenter: () => this.view.store.want(spec.name, String(option)),
        },
        this.inputs[option],
        html("span", { class: "ex-label" }, label, this.marks[option]),
      ),
    );
    this.element = html(
      "fieldset",
      { class: "ex-control", "data-control": spec.name, "aria-describedby": `${this.id}-help` },
      html("legend", {}, spec.label),
      this.help,
      html("div", { class: "ex-options" }, ...options),
      this.why,
    );
  }

  input(option) {
    return html("input", {
      type: "radio",
      name: this.id,
      value: option,
      onchange: () => {
        this.view.clearAlert();
        this.view.store.choose(this.spec.name, String(option));
      },
    });
  }

  /** @param now {is, no: [[why, [option, ...]], ...], yields: [option, ...]} */
  paint(now) {
    const data = JSON.stringify(now);
    if (this.shown === data) {
      // What was clicked may have led nowhere.
      this.inputs.forEach((input, option) => {
        if (input.checked !== (option === now.is)) input.checked = option === now.is;
      });
      return;
    }
    this.shown = data;
    const reasons = now.no ?? [];
    const whys = new Map(reasons.flatMap(([why, options]) => options.map((each) => [each, why])));
    this.inputs.forEach((input, option) => {
      this.paintOption(input, option, now, whys.get(option));
    });
    const few = whys.size >= this.inputs.length - 1;
    this.element.classList.toggle("ex-idle", few);
    showParts(this.why, this.reasons(reasons, few && reasons.length === 1));
  }

  paintOption(input, option, now, why) {
    input.checked = option === now.is;
    if (input.disabled !== (why !== undefined)) {
      input.disabled = why !== undefined;
      if (why) input.setAttribute("aria-describedby", this.why.id);
      else input.removeAttribute("aria-describedby");
    }
    setText(this.marks[option], now.yields?.includes(option) ? " ⇄" : "");
    if (input.parentElement.title !== (why ?? "")) input.parentElement.title = why ?? "";
  }

  reasons(reasons, alone) {
    const named = (options) => options.map((option) => this.spec.options[option]).join(", ");
    return reasons.map(([why, options]) => {
      const words = `⊘ ${alone ? "" : `${named(options)}: `}${why}`;
      return { key: words, data: words, make: () => html("span", { class: "ex-reason" }, words) };
    });
  }

  /** What an option changes besides is known once the kernel has said where it leads. */
  paintTitles(now, moves) {
    for (const option of now.yields ?? []) {
      const [, ...gaveWay] = moves?.[option] ?? [];
      this.inputs[option].parentElement.title = `Also changes ${gaveWay.join("; ")}`;
    }
  }
}

export class Text extends Control {
  constructor(view, spec) {
    super(view, spec);
    const long = spec.lines > 1;
    this.input = html(long ? "textarea" : "input", {
      id: this.id,
      type: long ? null : "text",
      rows: long ? spec.lines : null,
      "aria-describedby": `${this.id}-help ${this.id}-why`,
      spellcheck: "false",
      autocapitalize: "off",
      oninput: () => this.type(),
      // Later than the click that took the focus away: what it aims at must not move.
      onblur: () => setTimeout(() => this.showError(), ERROR_PAUSE / 2),
    });
    this.why.setAttribute("role", "alert");
    this.element = html(
      "div",
      { class: "ex-control", "data-control": spec.name },
      html("label", { for: this.id }, spec.label),
      this.help,
      this.input,
      this.why,
    );
  }

  type() {
    clearTimeout(this.timer);
    this.view.store.type(this.spec.name, this.input.value);
  }

  paint({ is: value }, more) {
    const { input } = this;
    const own = more.typed === this.spec.name;
    const busy = this.view.store.typed?.control === this.spec.name;
    const typing = own && document.activeElement === input;
    if (!busy && !typing && input.value !== value) input.value = value;
    if (own || input.value === value) this.clearError();
  }

  refuse(words) {
    this.error = words;
    this.timer = setTimeout(() => this.showError(), ERROR_PAUSE);
  }

  showError() {
    if (!this.error) return;
    this.why.textContent = `✗ ${this.error}`;
    this.input.setAttribute("aria-invalid", "true");
  }

  clearError() {
    if (!this.error) return;
    clearTimeout(this.timer);
    this.error = "";
    this.why.textContent = "";
    this.input.removeAttribute("aria-invalid");
  }
}
