/* What comes of it: one sentence, and what Emissary sees. */

import { html, setAttribute, setText } from "../elements.js";

export const MARKS = { good: "✓", bad: "✗", caution: "!", neutral: "–" };

export class Outcome {
  constructor(button) {
    this.headline = html("p", { class: "ex-headline", role: "status" });
    this.tiles = html("ul", { class: "ex-tiles", "aria-label": "What Emissary sees" });
    this.element = html(
      "section",
      { class: "ex-sees", "aria-label": "What Emissary sees" },
      html("div", { class: "ex-result" }, this.headline, button),
      this.tiles,
    );
  }

  paint(before, state) {
    const [verdict, words] = state.headline;
    setAttribute(this.headline, "data-verdict", verdict);
    setText(this.headline, `${MARKS[verdict]} ${words}`);
    const { entries } = state.card;
    while (this.tiles.children.length > entries.length) this.tiles.lastChild.remove();
    while (this.tiles.children.length < entries.length) this.tiles.append(tile());
    entries.forEach(([label, text, kind], place) => {
      const made = this.tiles.children[place];
      setText(made.firstChild, `${MARKS[kind]} ${label}`);
      setText(made.lastChild, text);
      setAttribute(made, "data-verdict", kind);
      const changed = before !== undefined && before.card.entries[place]?.[1] !== text;
      setAttribute(made, "class", changed ? "ex-tile ex-changed" : "ex-tile");
    });
  }
}

const tile = () =>
  html(
    "li",
    { class: "ex-tile" },
    html("span", { class: "ex-name" }),
    html("span", { class: "ex-value" }),
  );
