/* What stands around the picture: heading, requests, buttons, caption, inspector, card, table. */

import { html, setAttribute, setText, showParts, svg } from "../elements.js";
import { inspect } from "./inspector.js";
import { LEGEND, SIGNS } from "./signs.js";
import { tableOf } from "./table.js";

const ICONS = {
  start: "M3 3h2v10H3zM13 3v10L6 8z",
  back: "M11 3v10L4 8z",
  play: "M4 2.5v11L13 8z",
  pause: "M4 3h3v10H4zM9 3h3v10H9z",
  next: "M5 3v10l7-5z",
};
const SPEEDS = [0.5, 1, 2, 4];
const KEYS =
  "Arrow keys step through the path, space plays and pauses, Enter opens what is exact, Escape closes it.";

export class Surroundings {
  constructor(root, stage, id, options, acts) {
    this.options = options;
    this.acts = acts;
    this.model = null;
    this.head = html("div", { class: "fv-head" });
    this.rounds = html("div", { class: "fv-rounds", role: "group", "aria-label": "Requests" });
    this.count = html("strong");
    this.caption = html("p", { class: "fv-caption" }, this.count, document.createTextNode(""));
    this.live = html("div", { class: "fv-hidden", role: "status", "aria-live": "polite" });
    this.inspector = html("section", {
      class: "fv-inspector",
      id: `${id}-inspector`,
      tabindex: -1,
      hidden: true,
      onkeydown: (event) => event.key === "Escape" && acts.close(),
    });
    this.card = html("div", { class: "fv-card-place" });
    this.table = html("details", { class: "fv-details", ontoggle: () => this.showTable() });
    const aside = html("div", { class: "fv-aside" }, this.inspector, this.card);
    this.main = html("div", { class: "fv-main" }, stage, aside);
    root.classList.add("flow-view");
    root.replaceChildren(
      ...this.above(),
      this.main,
      options.legend === false ? "" : legend(),
      this.table,
      html("p", { class: "fv-hidden", id: `${id}-keys` }, KEYS),
      this.live,
    );
  }

  above() {
    const buttons = this.buttons();
    if (!this.options.compact)
      return [this.head, this.rounds, html("div", { class: "fv-controls" }, buttons, this.caption)];
    return [html("div", { class: "fv-bar" }, buttons, this.head, this.rounds), this.caption];
  }

  buttons() {
    const { overview, step, toggle, setSpeed } = this.acts;
    const speed = html("select", {
      class: "fv-speed",
      "aria-label": "Speed",
      onchange: () => setSpeed(Number(speed.value)),
    });
    for (const times of SPEEDS) {
      speed.append(html("option", { value: times, selected: times === 1 }, `${times}×`));
    }
    this.play = button("play", "Play", toggle);
    return html(
      "div",
      { class: "fv-buttons", role: "group", "aria-label": "Animation" },
      button("start", "Whole picture", overview),
      button("back", "Back", () => step(-1)),
      this.play,
      button("next", "Next", () => step(1)),
      speed,
    );
  }

  showHead({ model, number, round }) {
    const { client, card, rounds } = model;
    const count = rounds.length > 1 ? `, request ${number + 1} of ${rounds.length}` : "";
    const parts = [
      {
        key: "asked",
        data: JSON.stringify([round.title, client, count]),
        make: () => asked(round.title, this.options.compact ? "" : `client ${client}${count}`),
      },
    ];
    if (!this.options.compact) {
      const data = JSON.stringify([card, round.answer]);
      parts.push({ key: "outcome", data, make: () => outcomeOf(card, round) });
    }
    showParts(this.head, parts);
  }

  showRounds(walk) {
    const { rounds, loop } = walk.model;
    const many = rounds.length > 1 || Boolean(loop);
    this.rounds.hidden = !many;
    if (this.options.compact) this.head.hidden = many;
    const chips = rounds.map((round, number) => ({
      key: number,
      data: JSON.stringify([
        round.url,
        round.answer.verdict,
        round.answer.short,
        rounds[number + 1]?.url,
      ]),
      make: () => this.chip(round, number, rounds[number + 1]),
      fill: (chip) => {
        if (number === walk.number) setAttribute(chip, "aria-current", "step");
        else chip.removeAttribute("aria-current");
      },
    }));
    if (loop) chips.push(again(walk));
    showParts(this.rounds, chips);
  }

  chip(round, number, next) {
    const { short, verdict } = round.answer;
    // Where it leads to stands in the next one.
    const answer = next ? short.replace(` → ${next.url}`, "") : short;
    return html(
      "button",
      {
        type: "button",
        class: "fv-chip",
        title: `${round.url} → ${short}`,
        onclick: () => this.acts.goToRound(number),
      },
      html("span", { class: "fv-chip-url" }, `${number + 1}. ${round.url}`),
      html("span", { class: `fv-${verdict}` }, ` → ${answer}`),
    );
  }

  showCaption(count, words) {
    setText(this.count, count);
    if (this.caption.lastChild.data !== ` ${words}`) this.caption.lastChild.data = ` ${words}`;
  }

  showModel(model) {
    this.model = model;
    if (this.options.card !== false) this.card.replaceChildren(cardOf(model));
    this.showTable();
  }

  showTable() {
    if (this.options.table === false) {
      this.table.hidden = true;
      return;
    }
    if (!this.table.firstChild) {
      const summary = html("summary", {}, "The same as a table");
      this.table.append(summary, html("div", { class: "fv-scroll" }));
      this.table.open = this.options.table === "open";
    }
    if (this.table.open && this.model) this.table.lastChild.replaceChildren(tableOf(this.model));
  }

  showInspector(model, round, item) {
    const open = Boolean(item) && this.options.inspector !== false;
    if (!open && this.inspector.hidden) return;
    this.inspector.hidden = !open;
    this.main.classList.toggle("fv-open", open);
    if (!open) {
      this.inspector.replaceChildren();
      return;
    }
    const shut = html(
      "button",
      { type: "button", class: "fv-shut", "aria-label": "Close", onclick: this.acts.close },
      "×",
    );
    const titles = { box: `Box: ${item.name}`, hop: `Hop: ${item.name}`, answer: "Answer" };
    const title = titles[item.kind];
    this.inspector.setAttribute("aria-label", `Inspector, ${title}`);
    this.inspector.replaceChildren(
      html("div", { class: "fv-inspector-head" }, html("h3", {}, title), shut),
      ...inspect(model, round, item),
    );
  }

  goToInspector(focus) {
    this.inspector.firstChild.scrollIntoView?.({ block: "nearest" });
    if (focus) this.inspector.focus();
  }

  showPlaying(playing) {
    const name = playing ? "Pause" : "Play";
    this.play.replaceChildren(icon(name.toLowerCase()), html("span", {}, name));
    this.play.title = name;
  }

  say(words) {
    if (words) setText(this.live, words);
  }
}

const asked = (title, client) =>
  html(
    "div",
    { class: "fv-asked" },
    html("div", { class: "fv-title" }, title),
    client ? html("div", { class: "fv-quiet" }, client) : null,
  );

function outcomeOf(card, round) {
  const seen = card[0];
  const [, words, verdict] = card.at(-1) ?? ["", round.answer.short, round.answer.verdict];
  return html(
    "div",
    { class: "fv-outcome" },
    html("div", { class: `fv-title fv-${verdict}` }, `${SIGNS[verdict]} ${words}`),
    seen
      ? html("div", { class: `fv-${seen[2]}` }, `${SIGNS[seen[2]]} ${seen[0]}: ${seen[1]}`)
      : null,
  );
}

function again({ laps, model }) {
  const lap = laps + 1;
  const counted = lap > model.rounds.length ? `now on request ${lap}, ` : "";
  const words = `↻ and so on: ${counted}it never arrives`;
  const make = () => html("span", { class: "fv-again fv-bad" }, words);
  return { key: "again", data: words, make };
}

function cardOf(model) {
  const rows = model.card.map(([label, words, verdict]) =>
    html(
      "div",
      { class: `fv-fact fv-${verdict}` },
      html("dt", {}, `${SIGNS[verdict]} ${label}`),
      html("dd", {}, words),
    ),
  );
  const title = html("h3", {}, "What Emissary sees");
  return html("div", { class: "fv-card" }, title, html("dl", {}, ...rows));
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

const icon = (name) =>
  svg(
    "svg",
    { viewBox: "0 0 16 16", class: "fv-icon", "aria-hidden": "true" },
    svg("path", { d: ICONS[name] }),
  );

const button = (name, words, act) =>
  html(
    "button",
    { type: "button", class: "fv-button", "data-act": name, title: words, onclick: () => act() },
    icon(name),
    html("span", {}, words),
  );
