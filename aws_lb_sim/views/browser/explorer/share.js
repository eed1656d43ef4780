/* The state as a code or a link, and as a command. */

import { html, setText } from "../elements.js";

export class Share {
  constructor(view) {
    this.view = view;
    const [share, paste] = [`${view.id}-share`, `${view.id}-paste`];
    this.code = html("input", {
      type: "text",
      readonly: true,
      id: share,
      onfocus: (event) => event.target.select(),
    });
    this.paste = html("input", { type: "text", id: paste, spellcheck: "false" });
    this.command = html("code", { class: "ex-command", tabindex: "0" });
    this.element = html(
      "section",
      { class: "ex-share", "aria-label": "Share and check" },
      html(
        "div",
        { class: "ex-field" },
        html("label", { for: share }, view.voila ? "Link to this state" : "Code of this state"),
        this.code,
        button("Copy", () => view.copy(this.code.value, "Copied: it restores what you see.")),
      ),
      html(
        "form",
        { class: "ex-field", onsubmit: (event) => this.restore(event) },
        html("label", { for: paste }, "Restore from a code or link"),
        this.paste,
        html("button", { type: "submit", class: "ex-button" }, "Restore"),
      ),
      html(
        "div",
        { class: "ex-field ex-wide" },
        html("span", { class: "ex-name" }, "The same for the downloaded files"),
        this.command,
        button("Copy", () => view.copy(view.state.command, "The command is copied.")),
      ),
      html(
        "p",
        { class: "ex-hint" },
        "On Binder a session ends after ten minutes without use: download the files or keep the code.",
      ),
    );
  }

  restore(event) {
    event.preventDefault();
    this.view.clearAlert();
    this.view.store.restore(this.paste.value);
  }

  paint(state) {
    this.code.value = this.view.voila ? linkTo(state.code) : state.code;
    setText(this.command, state.command);
  }
}

const button = (words, act) =>
  html("button", { type: "button", class: "ex-button", onclick: act }, words);

function linkTo(code) {
  const { origin, pathname } = window.location;
  return `${origin}${pathname}?code=${code}`;
}
