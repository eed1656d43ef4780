/* The manifests: what the last choice changed in them, to copy and to take away. */

import { html, setText, showParts } from "../elements.js";
import { changesOf, unchanged } from "./diff.js";
import { download } from "./handover.js";
import { afterPaint } from "./later.js";
import { yamlParts } from "./yaml.js";
import { zip } from "./zip.js";

const isYaml = (name) => name.endsWith(".yaml");

export class Files {
  constructor(view) {
    this.view = view;
    this.file = null;
    this.id = `${view.id}-code`;
    this.tabs = html("div", {
      class: "ex-tabs",
      role: "tablist",
      "aria-label": "Files",
      onkeydown: (event) => this.onTabKey(event),
    });
    this.told = html("p", { class: "ex-changed-lines" });
    this.code = html("pre", { class: "ex-code", role: "tabpanel", tabindex: "0", id: this.id });
    const id = `${view.id}-files`;
    this.element = html(
      "section",
      { class: "ex-files", "aria-labelledby": id },
      html(
        "div",
        { class: "ex-row" },
        html("h3", { id }, "Manifests"),
        button("Download all (zip)", () => this.downloadAll(), "ex-strong"),
        button("Copy all", () => this.copyAll()),
      ),
      this.tabs,
      html(
        "div",
        { class: "ex-row" },
        this.told,
        button("Download file", () => this.downloadFile()),
        button("Copy file", () => view.copy(this.files[this.file], `${this.file} copied.`)),
      ),
      this.code,
    );
  }

  paint(before, files) {
    if (before === files && !this.touched.length) return;
    this.files = files;
    const names = Object.keys(files);
    const changes = names.map((name) => [name, before ? changesOf(before, files, name) : null]);
    this.changes = new Map(changes);
    this.touched = names.filter((name) => this.changes.get(name) !== null);
    this.gone = Object.keys(before ?? {}).filter((name) => !(name in files));
    if (!names.includes(this.file)) [this.file] = names;
    if (this.touched.length && !this.touched.includes(this.file)) {
      this.file = this.touched.find(isYaml) ?? this.touched[0];
    }
    this.open(this.file);
  }

  open(name) {
    this.file = name;
    showParts(
      this.tabs,
      Object.keys(this.files).map((each) => this.tab(each)),
    );
    this.paintCode(this.changes.get(name) ?? unchanged(this.files[name]));
  }

  tab(name) {
    const selected = name === this.file;
    const label = this.touched.includes(name) ? `◆ ${name}` : name;
    return {
      key: name,
      data: "",
      make: () =>
        html("button", {
          type: "button",
          role: "tab",
          class: "ex-tab",
          "data-file": name,
          "aria-controls": this.id,
          onclick: () => this.open(name),
        }),
      fill: (made) => {
        setText(made, label);
        made.setAttribute("aria-selected", String(selected));
        made.tabIndex = selected ? 0 : -1;
      },
    };
  }

  paintCode(lines) {
    const seen = new Map();
    const parts = lines.map(([sign, line]) => {
      const key = `${sign}${line}`;
      const number = seen.get(key) ?? 0;
      seen.set(key, number + 1);
      const make = () => codeLine(sign, line, isYaml(this.file));
      return { key: `${number} ${key}`, data: isYaml(this.file), make };
    });
    showParts(this.code, parts);
    this.code.setAttribute("aria-label", this.file);
    setText(this.told, this.words(lines));
    // To look where it stands makes the browser lay the page out: not before it is painted.
    afterPaint(() => this.scrollToChange());
  }

  scrollToChange() {
    const first = this.code.querySelector("[data-sign]");
    if (first) this.code.scrollTop = Math.max(0, first.offsetTop - this.code.clientHeight / 3);
  }

  words(lines) {
    const count = (wanted) => lines.filter(([sign]) => sign === wanted).length;
    const [added, removed] = [count("+"), count("−")];
    const others = this.touched.filter((name) => name !== this.file);
    const words = [];
    if (added || removed)
      words.push(`◆ Your last choice: ${added} lines added, ${removed} removed`);
    if (others.length) words.push(`also changed: ${others.join(", ")}`);
    if (this.gone.length) words.push(`no longer there: ${this.gone.join(", ")}`);
    return words.join("; ");
  }

  onTabKey(event) {
    const tabs = [...this.tabs.children];
    const here = tabs.indexOf(document.activeElement);
    const steps = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: tabs.length - 1 };
    if (here < 0 || !(event.key in steps)) return;
    event.preventDefault();
    const tab = tabs[(steps[event.key] + tabs.length) % tabs.length];
    this.open(tab.dataset.file);
    tab.focus();
  }

  downloadAll() {
    download(zip(this.files), "load-balancer-manifests.zip");
  }

  downloadFile() {
    const type = isYaml(this.file) ? "application/yaml" : "text/plain";
    download(new Blob([this.files[this.file]], { type }), this.file);
  }

  copyAll() {
    const files = Object.entries(this.files).filter(([name]) => isYaml(name));
    const words = files.map(([name, text]) => `# ${name}\n${text}`).join("---\n");
    this.view.copy(words, "All YAML files are copied, as one text.");
  }
}

const button = (words, act, strong = "") =>
  html("button", { type: "button", class: `ex-button ${strong}`, onclick: act }, words);

function codeLine(sign, line, coloured) {
  const parts = coloured ? yamlParts(line) : [["", line]];
  return html(
    "span",
    { class: "ex-line", "data-sign": sign === " " ? null : sign },
    html("span", { class: "ex-sign" }, sign),
    ...parts.map(([kind, text]) => (kind ? html("span", { class: `ex-${kind}` }, text) : text)),
    "\n",
  );
}
