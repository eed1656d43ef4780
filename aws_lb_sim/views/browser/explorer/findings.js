/* What is wrong, and what mends it. */

import { html, showParts } from "../elements.js";

const SEVERITIES = { error: ["✗", "bad"], warning: ["!", "caution"], info: ["i", "neutral"] };

export class Findings {
  constructor(view) {
    this.view = view;
    this.list = html("div", { class: "ex-findings-list" });
    this.rest = html("details", { class: "ex-rest", hidden: true }, html("summary"), html("div"));
    const id = `${view.id}-findings`;
    this.element = html(
      "section",
      { class: "ex-findings", "aria-labelledby": id },
      html("h3", { id }, "Findings"),
      this.list,
      this.rest,
    );
  }

  paint(state, fixes) {
    const grave = state.findings.filter((each) => each.severity !== "info");
    const rest = state.findings.filter((each) => each.severity === "info");
    const parts = numbered(grave, (each) => this.part(each, fixes?.[each.code]));
    if (!grave.length) parts.push({ key: "none", data: "", make: none });
    showParts(this.list, parts);
    this.rest.hidden = !rest.length;
    this.rest.firstChild.textContent = `${rest.length} good to know`;
    showParts(
      this.rest.lastChild,
      numbered(rest, (each) => this.part(each)),
    );
  }

  part(finding, fixes) {
    const make = () => this.finding(finding, fixes);
    return { key: finding.code, data: JSON.stringify([finding, fixes]), make };
  }

  finding(finding, fixes = []) {
    const [sign, verdict] = SEVERITIES[finding.severity];
    const badge = html("span", { class: "ex-badge" }, `${sign} ${finding.severity}`);
    return html(
      "article",
      { class: "ex-finding", "data-verdict": verdict, "data-code": finding.code },
      html("h4", {}, badge, ` ${finding.code}`),
      html("p", {}, finding.message),
      fixes.length ? this.fixes(fixes) : null,
      row("To mend it:", finding.fix),
      html(
        "details",
        {},
        html("summary", {}, "Where, and says who"),
        row("Where:", finding.where),
        row("Source:", finding.source),
      ),
    );
  }

  fixes(fixes) {
    const buttons = fixes.map((fix) =>
      html(
        "button",
        { type: "button", class: "ex-button ex-fix", onclick: () => this.apply(fix) },
        fix.text,
      ),
    );
    const name = html("span", { class: "ex-name" }, "Fix it here:");
    return html("div", { class: "ex-fixes" }, name, ...buttons);
  }

  apply(fix) {
    const { store } = this.view;
    this.view.clearAlert();
    if (store.state(fix.code)) store.go(fix.code, { gaveWay: [], done: fix.text });
    else store.restore(fix.code);
  }
}

const none = () => html("p", { class: "ex-none" }, "✓ No errors and no warnings.");

const row = (label, words) => (words ? html("p", {}, html("b", {}, `${label} `), words) : null);

/** Parts with keys that differ, though two findings may have the same code. */
function numbered(findings, make) {
  const seen = new Map();
  return findings.map((each) => {
    const number = seen.get(each.code) ?? 0;
    seen.set(each.code, number + 1);
    const part = make(each);
    return { ...part, key: `${part.key} ${number}` };
  });
}
