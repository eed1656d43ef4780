/* A button that runs what is shown on a real Envoy, and what came of it beside the prediction. */

import { html, setAttribute, setText, showParts } from "../elements.js";

const RUN = "Run it on a real Envoy";
const HEADS = ["Box", "What", "Predicted", "Observed", ""];
const RUNNING = "Two real Envoys play the load balancer and Emissary: this takes a second or two.";

export class Lab {
  constructor(view) {
    this.view = view;
    this.closed = null;
    this.button = html(
      "button",
      { type: "button", class: "ex-button ex-run", onclick: () => this.run() },
      RUN,
    );
    this.said = html("p", { class: "ex-lab-said", role: "status" });
    this.facts = html("div", { class: "ex-lab-facts", tabindex: "0", role: "group" });
    setAttribute(this.facts, "aria-label", "Predicted and observed, hop by hop");
    this.element = html(
      "section",
      { class: "ex-lab", "aria-label": "A real Envoy", hidden: true },
      html(
        "div",
        { class: "ex-row" },
        this.said,
        html(
          "button",
          { type: "button", class: "ex-button", onclick: () => this.close() },
          "Close",
        ),
      ),
      this.facts,
    );
  }

  run() {
    this.closed = null;
    this.view.store.verify();
  }

  close() {
    this.closed = this.view.state.code;
    this.element.hidden = true;
    this.button.focus();
  }

  /** Show what is known for a state: that it runs, what came of it, or nothing. */
  paint(code) {
    const { verified, verifying } = this.view.store;
    const busy = verifying !== null;
    // Not disabled: that would take the focus away from whoever pressed it.
    setAttribute(this.button, "aria-disabled", String(busy));
    setText(this.button, busy ? "Running on a real Envoy …" : RUN);
    const result = verified.get(code);
    const running = verifying === code;
    this.element.hidden = !running && (!result || this.closed === code);
    if (this.element.hidden) return;
    setAttribute(this.element, "data-verdict", running ? "neutral" : result.verdict);
    setText(this.said, running ? RUNNING : result.headline);
    this.facts.hidden = running || !(result.requests.length || result.not_run?.length);
    if (running) return;
    const data = JSON.stringify(result);
    showParts(this.facts, [{ key: "facts", data, make: () => factsOf(result) }]);
  }
}

function factsOf({ requests, not_run: notRun = [] }) {
  const why = notRun.map((words) => html("p", { class: "ex-not-run" }, `! Not run: ${words}`));
  const heads = HEADS.map((name) => html("th", { scope: "col" }, name));
  const table = html(
    "table",
    {},
    html("thead", {}, html("tr", {}, ...heads)),
    ...requests.map(requestRows),
  );
  return html("div", {}, ...why, requests.length ? table : null);
}

function requestRows({ title, rows }) {
  const head = html("th", { colspan: HEADS.length, scope: "rowgroup" }, title);
  return html("tbody", {}, html("tr", { class: "ex-request" }, head), ...rows.map(factRow));
}

/** A fact; the box is named on each row, so that a row says everything when it is read alone. */
function factRow([box, what, predicted, observed, same], place, rows) {
  const repeated = place > 0 && rows[place - 1][0] === box;
  return html(
    "tr",
    { class: same ? null : "ex-differs" },
    html("td", { class: repeated ? "ex-again" : null }, box),
    html("th", { scope: "row" }, what),
    html("td", { class: "ex-fact" }, predicted),
    html("td", { class: "ex-fact" }, observed),
    html("td", { class: "ex-same" }, same ? "✓ same" : "✗ differs"),
  );
}
