/*
 * The explorer: controls, the flow and its manifests, painted from states that Python made.
 *
 * Python decides everything (aws_lb_sim/explorer). This script keeps the states it was sent,
 * by their codes, and paints the one that a click leads to without asking anybody; then it
 * tells the kernel where it stands, which sends what can be clicked next.
 *
 *   state     what `state_of(scenario)` gives: code, preset, controls, headline, card, flow,
 *             findings, files, command. Sent packed: {"$": number} stands for a part that is
 *             sent once.
 *   model     traits: `code` (what is shown), `spec` (the controls), `start` (the first state).
 *   messages  to Python    {kind: "hello" | "choose" | "restore", page, number, ...}
 *             from Python  {kind: "go" | "states" | "moves" | "fixes" | "error", page, ...},
 *                          the state of "go" as it is, others in a buffer: JSON, compressed
 *                          by zlib.
 *
 * It stands behind flow.js and uses its `createFlowView`. Data becomes text only by textContent
 * and setAttribute; nothing is loaded.
 */

const MARKS = { good: "✓", bad: "✗", caution: "!", neutral: "–" };
const SEVERITIES = { error: ["✗", "bad"], warning: ["!", "caution"], info: ["i", "neutral"] };
const WIDE = 1180;
const ERROR_PAUSE = 700;
const MOST_UNDONE = 100;
const HINT = "⊘ is impossible, and says why. ⇄ can be chosen, and changes other choices as well.";

function h(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === undefined || value === null) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** Set a text only where it differs: what stays is not laid out again. */
function setText(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

/* ---- What is known of the states: one store for each model, whatever views show it -------------- */

const stores = new WeakMap();
let pages = 0;

class Store {
  constructor(model) {
    this.model = model;
    pages += 1;
    this.page = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}-${pages}`;
    this.number = 0;
    this.views = new Set();
    this.forget(0);
    const start = model.get("start");
    this.states.set(start.state.code, start.state);
    this.fixes.set(start.state.code, start.fixes);
    this.problem = start.problem;
    this.undone = [];
    this.inbox = Promise.resolve();
    this.waiting = new Map();
    model.on("msg:custom", (content, buffers) => this.receive(content, buffers));
    model.on("change:code", () => this.onCode());
    this.hello();
  }

  forget(epoch) {
    this.epoch = epoch;
    this.parts = new Map();
    this.joined = new Map();
    this.packed = new Map();
    this.states = new Map();
    this.moves = new Map();
    this.fixes = new Map();
  }

  hello() {
    this.send({ kind: "hello" });
  }

  send(content) {
    this.number += 1;
    this.model.send({ page: this.page, number: this.number, ...content });
    return this.number;
  }

  /** Messages are handled in the order in which they came, also while one is unpacked. */
  receive(content, buffers) {
    if (content?.page !== this.page) return;
    this.inbox = this.inbox
      .then(() => (buffers?.length ? inflate(buffers[0]) : null))
      .then((text) => this.handle(content, text === null ? null : JSON.parse(text)))
      .catch((error) => this.tell({ words: `A message could not be read: ${error}` }));
  }

  handle(content, body) {
    if (content.epoch > this.epoch) {
      const shown = this.states.get(this.model.get("code"));
      this.forget(content.epoch);
      if (shown) this.states.set(shown.code, shown);
    }
    if (body ?? content.body) this.keep(body ?? content.body);
    if (content.kind === "moves") this.moves.set(content.code, content.moves);
    else if (content.kind === "fixes") this.fixes.set(content.code, content.fixes);
    else if (content.kind === "error") this.onError(content);
    else if (content.kind === "go") this.onGo(content);
    if (content.kind === "moves" || content.kind === "fixes") this.refresh(content);
  }

  keep(body) {
    for (const [number, part] of Object.entries(body.parts)) this.parts.set(Number(number), part);
    for (const [code, packed] of Object.entries(body.states)) this.packed.set(code, packed);
    whenIdle(() => {
      for (const code of Object.keys(body.states)) this.state(code);
    });
  }

  /** The state of a code, put together; undefined where it was not sent yet. */
  state(code) {
    const known = this.states.get(code);
    if (known || !this.packed.has(code)) return known;
    const made = this.join(this.packed.get(code));
    this.states.set(code, made);
    return made;
  }

  join(value) {
    if (Array.isArray(value)) return value.map((each) => this.join(each));
    if (value === null || typeof value !== "object") return value;
    if ("$" in value) {
      const number = value.$;
      if (!this.joined.has(number)) this.joined.set(number, this.join(this.parts.get(number)));
      return this.joined.get(number);
    }
    const made = {};
    for (const [name, each] of Object.entries(value)) made[name] = this.join(each);
    return made;
  }

  /** Show a state that is here: paint first, tell the kernel afterwards. */
  go(code, more = {}) {
    const before = this.model.get("code");
    if (code === before) {
      for (const view of this.views) view.paint(this.state(code), more);
      return;
    }
    if (!more.undo) {
      if (!(more.typed && this.lastTyped === more.typed)) this.undone.push(before);
      if (this.undone.length > MOST_UNDONE) this.undone.shift();
    }
    this.lastTyped = more.typed;
    this.more = more;
    this.model.set("code", code);
    this.more = null;
    afterPaint(() => this.model.save_changes());
  }

  /** The code changed: by this page, or by a cell of the notebook. */
  onCode() {
    const code = this.model.get("code");
    const state = this.state(code);
    if (state) for (const view of this.views) view.paint(state, this.more ?? {});
    else this.send({ kind: "restore", code });
  }

  choose(control, option) {
    const code = this.model.get("code");
    const [target, ...gaveWay] = this.moves.get(code)?.[control]?.[option] ?? [];
    if (target && this.state(target)) {
      this.go(target, { gaveWay, control, option });
      return;
    }
    const value = control === "preset" ? option : Number(option);
    const number = this.send({ kind: "choose", code, control, value });
    this.waiting.set(number, { control, option });
  }

  /** One text is under way at a time; what was typed meanwhile goes next, the rest is passed over. */
  type(control, value) {
    this.typed = { control, value };
    if (!this.typing) this.sendTyped();
  }

  sendTyped() {
    const typed = this.typed;
    if (!typed) return;
    this.typed = null;
    const code = this.model.get("code");
    this.typing = this.send({ kind: "choose", code, ...typed });
    this.waiting.set(this.typing, { control: typed.control, typed: typed.control });
  }

  restore(code) {
    this.waiting.set(this.send({ kind: "restore", code }), {});
  }

  undo() {
    const code = this.undone.pop();
    if (code === undefined) return;
    if (this.state(code)) this.go(code, { undo: true });
    else this.restore(code);
  }

  settled(number) {
    const about = this.waiting.get(number) ?? {};
    this.waiting.delete(number);
    if (number === this.typing) {
      this.typing = null;
      this.sendTyped();
    }
    return about;
  }

  onGo(content) {
    const about = this.waiting.get(content.number);
    if (about) this.go(content.code, { ...about, gaveWay: content.gave_way });
    else if (content.code === this.model.get("code")) this.onCode();
    this.settled(content.number);
  }

  onError(content) {
    this.tell({ ...this.settled(content.number), words: content.words });
  }

  tell(about) {
    for (const view of this.views) view.showError(about);
  }

  refresh(content) {
    if (content.code !== this.model.get("code")) return;
    for (const view of this.views) view.refresh(content.kind);
  }
}

function storeOf(model) {
  if (!stores.has(model)) stores.set(model, new Store(model));
  return stores.get(model);
}

async function inflate(buffer) {
  const stream = new Blob([buffer]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).text();
}

const whenIdle = globalThis.requestIdleCallback ?? ((act) => setTimeout(act, 50));

const afterPaint = (act) => requestAnimationFrame(() => setTimeout(act, 0));

/* ---- Which lines of a text changed ---------------------------------------------------------------- */

/** Lines as [sign, text]: " " stays, "+" is new, "−" is gone. */
function lineChanges(before, after) {
  const [old, now] = [before.split("\n"), after.split("\n")];
  let top = 0;
  while (top < old.length && top < now.length && old[top] === now[top]) top += 1;
  let tail = 0;
  const room = Math.min(old.length, now.length) - top;
  while (tail < room && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  const same = (lines) => lines.map((text) => [" ", text]);
  return [
    ...same(now.slice(0, top)),
    ...middleChanges(old.slice(top, old.length - tail), now.slice(top, now.length - tail)),
    ...same(now.slice(now.length - tail)),
  ];
}

/** The shortest way from one list of lines to another: by a longest common subsequence. */
function middleChanges(old, now) {
  const rest = Array.from({ length: old.length + 1 }, () => new Uint16Array(now.length + 1));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      rest[i][j] =
        old[i] === now[j] ? rest[i + 1][j + 1] + 1 : Math.max(rest[i + 1][j], rest[i][j + 1]);
    }
  }
  const found = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      found.push([" ", now[j]]);
      i += 1;
      j += 1;
    } else if (j >= now.length || (i < old.length && rest[i + 1][j] >= rest[i][j + 1])) {
      found.push(["−", old[i]]);
      i += 1;
    } else {
      found.push(["+", now[j]]);
      j += 1;
    }
  }
  return found;
}

/** A line of YAML in parts: [kind, text], where kinds are key, text and comment. */
function yamlParts(line) {
  const comment = /^\s*#/.test(line);
  if (comment) return [["comment", line]];
  const found = /^(\s*(?:- )*)("[^"]*"|[^\s:"#][^:]*|[^\s:"#]+:[^\s]*)(:)(\s.*|$)/.exec(line);
  if (!found) return [["text", line]];
  return [
    ["", found[1]],
    ["key", found[2] + found[3]],
    ["text", found[4]],
  ];
}

/* ---- A ZIP archive, the same bytes as Python's Bundle.zip() --------------------------------------- */

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, number) => {
  let value = number;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

function crc32(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = CRC_TABLE[(value ^ byte) & 0xff] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

/** Little-endian numbers: [value, bytes] pairs. */
function numbers(...pairs) {
  const bytes = [];
  for (const [value, size] of pairs) {
    for (let place = 0; place < size; place += 1) bytes.push((value >>> (8 * place)) & 0xff);
  }
  return bytes;
}

// APPNOTE.TXT of PKWARE, 4.3 and 4.4: stored, not compressed; dated 1980-01-01; made on Unix.
const DATED = 33;
const [FILE_MODE, SCRIPT_MODE] = [0o100644, 0o100755];

function zip(files) {
  const encoder = new TextEncoder();
  const [chunks, directory] = [[], []];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const [label, data] = [encoder.encode(name), encoder.encode(text)];
    const sizes = [
      [crc32(data), 4],
      [data.length, 4],
      [data.length, 4],
      [label.length, 2],
      [0, 2],
    ];
    const common = [[20, 2], [0, 2], [0, 2], [0, 2], [DATED, 2], ...sizes];
    const mode = name.endsWith(".sh") ? SCRIPT_MODE : FILE_MODE;
    const head = Uint8Array.from(numbers([0x04034b50, 4], ...common));
    const entry = numbers(
      [0x02014b50, 4],
      [20, 1],
      [3, 1],
      ...common,
      [0, 2],
      [0, 2],
      [0, 2],
      [mode * 65536, 4],
      [offset, 4],
    );
    directory.push(Uint8Array.from(entry), label);
    chunks.push(head, label, data);
    offset += head.length + label.length + data.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const count = Object.keys(files).length;
  const end = numbers(
    [0x06054b50, 4],
    [0, 4],
    [count, 2],
    [count, 2],
    [size, 4],
    [offset, 4],
    [0, 2],
  );
  return new Blob([...chunks, ...directory, Uint8Array.from(end)], { type: "application/zip" });
}

/** Hand a file to the browser: from memory, so that it works wherever the page came from. */
function download(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = h("a", { href: address, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

/** Put a text on the clipboard; where the browser has none for us, by its old way. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = h("textarea", { "aria-hidden": "true", class: "ex-offscreen" });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) throw new Error("the browser does not let this page copy: select and copy by hand");
  }
}

/* ---- One view --------------------------------------------------------------------------------------- */

let viewNumber = 0;

class ExplorerView {
  constructor(model, root) {
    viewNumber += 1;
    this.id = `ex-${viewNumber}`;
    this.root = root;
    this.store = storeOf(model);
    this.spec = model.get("spec");
    this.voila = model.get("voila");
    this.controls = new Map();
    this.openGroups = null;
    this.file = null;
    this.chosen = new Map();
    this.build();
    this.store.views.add(this);
    this.watch();
    const state = this.store.state(model.get("code")) ?? model.get("start").state;
    this.paint(state, {});
    this.adapt();
    if (model.get("code") !== state.code) this.store.onCode();
    if (this.store.problem) this.showError({ words: this.store.problem });
  }

  destroy() {
    this.store.views.delete(this);
    this.sizes.disconnect();
    this.themes.disconnect();
    this.flow?.destroy();
    this.root.replaceChildren();
  }

  watch() {
    this.sizes = new ResizeObserver(() => this.adapt());
    this.sizes.observe(this.root);
    const retheme = () => {
      this.root.dataset.theme = this.flowRoot.dataset.theme ?? "light";
    };
    this.themes = new MutationObserver(retheme);
    this.themes.observe(this.flowRoot, { attributeFilter: ["data-theme"] });
    this.retheme = retheme;
  }

  /* Building: once. */

  build() {
    this.root.classList.add("lb-explorer");
    // Arrows and letters belong to the controls in here; JupyterLab would move between its
    // cells, or delete them. What is pressed with Ctrl, Alt or Meta is JupyterLab's.
    this.root.addEventListener("keydown", (event) => {
      if (!event.ctrlKey && !event.altKey && !event.metaKey) event.stopPropagation();
    });
    this.flowRoot = h("div", { class: "ex-flow" });
    this.headline = h("p", { class: "ex-headline", role: "status" });
    this.tiles = h("ul", { class: "ex-tiles", "aria-label": "What Emissary sees" });
    this.notice = h("p", { class: "ex-notice", role: "status" });
    this.alert = h("div", { class: "ex-alert", role: "alert" });
    this.findings = h("div", { class: "ex-findings-list" });
    this.root.replaceChildren(
      this.buildTop(),
      h(
        "div",
        { class: "ex-body" },
        this.buildControls(),
        h(
          "div",
          { class: "ex-main" },
          this.alert,
          this.notice,
          this.buildSees(),
          this.flowRoot,
          h(
            "div",
            { class: "ex-lower" },
            h(
              "section",
              { class: "ex-findings", "aria-labelledby": `${this.id}-findings` },
              h("h3", { id: `${this.id}-findings` }, "Findings"),
              this.findings,
            ),
            this.buildFiles(),
          ),
          this.buildShare(),
        ),
      ),
    );
  }

  buildTop() {
    const group = (title, printed) =>
      h(
        "optgroup",
        { label: title },
        ...this.spec.presets
          .filter((each) => each.printed === printed)
          .map((each) => h("option", { value: each.name }, each.title)),
      );
    this.preset = h(
      "select",
      { id: `${this.id}-preset`, onchange: () => this.choosePreset() },
      h("option", { value: "" }, "A design of your own"),
      group("The documentation page’s recipes, corrected", false),
      group("As the page prints them", true),
    );
    this.about = h("p", { class: "ex-about" });
    this.undo = h(
      "button",
      { type: "button", class: "ex-button", onclick: () => this.store.undo() },
      "↶ Undo",
    );
    this.correct = h(
      "button",
      { type: "button", class: "ex-button ex-strong", onclick: () => this.takeCorrected() },
      "Take the corrected design",
    );
    return h(
      "header",
      { class: "ex-top" },
      h("label", { for: `${this.id}-preset` }, "Start from"),
      this.preset,
      this.correct,
      this.undo,
      this.about,
    );
  }

  buildSees() {
    return h(
      "section",
      { class: "ex-sees", "aria-label": "What Emissary sees" },
      h("h3", {}, "What Emissary sees"),
      this.headline,
      this.tiles,
    );
  }

  buildControls() {
    this.groups = this.spec.groups.map((group, place) => this.buildGroup(group, place));
    return h(
      "form",
      {
        class: "ex-controls",
        "aria-label": "Choices",
        autocomplete: "off",
        onsubmit: (event) => event.preventDefault(),
      },
      ...this.groups.flatMap(({ head, panel }) => [head, panel]),
    );
  }

  buildGroup(group, place) {
    const panelId = `${this.id}-group-${place}`;
    const summary = h("span", { class: "ex-summary" });
    const made = group.controls.map((control) => this.buildControl(control));
    const head = h(
      "button",
      {
        type: "button",
        class: "ex-head",
        "aria-controls": panelId,
        title: group.about,
        onclick: () => this.toggleGroup(place),
      },
      h("span", { class: "ex-title" }, group.title),
      summary,
    );
    const panel = h("div", {
      class: "ex-panel",
      id: panelId,
      role: "group",
      "aria-label": group.about,
    });
    panel.append(...made);
    return { head, panel, summary, group };
  }

  buildControl(control) {
    const id = `${this.id}-${control.name}`;
    const help = h("p", { class: "ex-help", id: `${id}-help` }, control.help);
    const why = h("p", { class: "ex-why", id: `${id}-why` });
    const made = { control, why, inputs: [] };
    this.controls.set(control.name, made);
    if (control.options) {
      const options = control.options.map((label, option) =>
        this.buildOption(made, id, label, option),
      );
      made.element = h(
        "fieldset",
        { class: "ex-control", "data-control": control.name, "aria-describedby": `${id}-help` },
        h("legend", {}, control.label),
        help,
        h("div", { class: "ex-options" }, ...options),
        why,
      );
      return made.element;
    }
    const input = h(control.lines > 1 ? "textarea" : "input", {
      id,
      "aria-describedby": `${id}-help ${id}-why`,
      spellcheck: "false",
      autocapitalize: "off",
      oninput: () => this.typeText(made),
      // Later than the click that took the focus away: what it aims at must not move.
      onblur: () => setTimeout(() => this.showTypedError(made), ERROR_PAUSE / 2),
    });
    if (control.lines > 1) input.rows = control.lines;
    else input.type = "text";
    made.inputs.push(input);
    why.setAttribute("role", "alert");
    made.element = h(
      "div",
      { class: "ex-control", "data-control": control.name },
      h("label", { for: id }, control.label),
      help,
      input,
      why,
    );
    return made.element;
  }

  buildOption(made, id, label, option) {
    const input = h("input", {
      type: "radio",
      name: id,
      value: option,
      onchange: () => this.chooseOption(made.control, option),
    });
    made.inputs.push(input);
    const mark = h("span", { class: "ex-mark", "aria-hidden": "true" });
    return h("label", { class: "ex-option" }, input, h("span", { class: "ex-label" }, label, mark));
  }

  buildFiles() {
    this.tabs = h("div", { class: "ex-tabs", role: "tablist", "aria-label": "Files" });
    this.changed = h("p", { class: "ex-changed-lines" });
    this.code = h("pre", {
      class: "ex-code",
      role: "tabpanel",
      tabindex: "0",
      id: `${this.id}-code`,
      "aria-label": "The file",
    });
    const button = (words, act, strong = "") =>
      h("button", { type: "button", class: `ex-button ${strong}`, onclick: act }, words);
    this.tabs.addEventListener("keydown", (event) => this.onTabKey(event));
    return h(
      "section",
      { class: "ex-files", "aria-labelledby": `${this.id}-files` },
      h(
        "div",
        { class: "ex-row" },
        h("h3", { id: `${this.id}-files` }, "Manifests"),
        button("Download all (zip)", () => this.downloadAll(), "ex-strong"),
        button("Copy all", () => this.copyAll()),
      ),
      this.tabs,
      h(
        "div",
        { class: "ex-row" },
        this.changed,
        button("Download file", () => this.downloadFile()),
        button("Copy file", () =>
          this.copyWords(this.state.files[this.file], `${this.file} copied.`),
        ),
      ),
      this.code,
    );
  }

  buildShare() {
    this.share = h("input", {
      type: "text",
      readonly: true,
      id: `${this.id}-share`,
      onfocus: (event) => event.target.select(),
    });
    this.paste = h("input", { type: "text", id: `${this.id}-paste`, spellcheck: "false" });
    this.command = h("code", { class: "ex-command", tabindex: "0" });
    const button = (words, act) =>
      h("button", { type: "button", class: "ex-button", onclick: act }, words);
    return h(
      "section",
      { class: "ex-share", "aria-label": "Share and check" },
      h(
        "div",
        { class: "ex-field" },
        h(
          "label",
          { for: `${this.id}-share` },
          this.voila ? "Link to this state" : "Code of this state",
        ),
        this.share,
        button("Copy", () => this.copyWords(this.share.value, "Copied: it restores what you see.")),
      ),
      h(
        "form",
        {
          class: "ex-field",
          onsubmit: (event) => {
            event.preventDefault();
            this.store.restore(this.paste.value);
          },
        },
        h("label", { for: `${this.id}-paste` }, "Restore from a code or link"),
        this.paste,
        h("button", { type: "submit", class: "ex-button" }, "Restore"),
      ),
      h(
        "div",
        { class: "ex-field ex-wide" },
        h("span", { class: "ex-name" }, "The same for the downloaded files"),
        this.command,
        button("Copy", () => this.copyWords(this.state.command, "The command is copied.")),
      ),
      h(
        "p",
        { class: "ex-hint" },
        "On Binder a session ends after ten minutes without use: download the files or keep the code.",
      ),
    );
  }

  /* What a person does. */

  chooseOption(control, option) {
    this.clearAlert();
    this.store.choose(control.name, String(option));
  }

  choosePreset() {
    this.clearAlert();
    if (this.preset.value) this.store.choose("preset", this.preset.value);
    else this.paintTop(this.state, {});
  }

  takeCorrected() {
    this.clearAlert();
    this.store.choose("preset", this.state.preset.replace(/-as-printed$/, ""));
  }

  typeText(made) {
    clearTimeout(made.timer);
    this.store.type(made.control.name, made.inputs[0].value);
  }

  applyFix(fix) {
    this.clearAlert();
    if (this.store.state(fix.code)) this.store.go(fix.code, { gaveWay: [], done: fix.text });
    else this.store.restore(fix.code);
  }

  toggleGroup(place) {
    if (this.wide) {
      if (!this.openGroups.delete(place)) this.openGroups.add(place);
    } else {
      this.openGroups = new Set(this.openGroups.has(place) ? [] : [place]);
    }
    this.showGroups();
  }

  onTabKey(event) {
    const tabs = [...this.tabs.children];
    const here = tabs.indexOf(document.activeElement);
    const steps = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: tabs.length - 1 };
    if (here < 0 || !(event.key in steps)) return;
    event.preventDefault();
    const tab = tabs[(steps[event.key] + tabs.length) % tabs.length];
    this.openFile(tab.dataset.file);
    this.tabs.querySelector(`[data-file="${CSS.escape(tab.dataset.file)}"]`).focus();
  }

  downloadAll() {
    download(zip(this.state.files), "load-balancer-manifests.zip");
  }

  downloadFile() {
    const type = this.file.endsWith(".yaml") ? "application/yaml" : "text/plain";
    download(new Blob([this.state.files[this.file]], { type }), this.file);
  }

  copyAll() {
    const files = Object.entries(this.state.files).filter(([name]) => name.endsWith(".yaml"));
    const words = files.map(([name, text]) => `# ${name}\n${text}`).join("---\n");
    this.copyWords(words, "All YAML files are copied, as one text.");
  }

  async copyWords(words, done) {
    try {
      await copy(words);
      this.showNotice(`✓ ${done}`);
    } catch (error) {
      this.showError({ words: String(error.message ?? error) });
    }
  }

  /* Painting. */

  paint(state, more) {
    if (!state) return;
    const before = this.state;
    this.state = state;
    try {
      this.paintParts(before, state, more);
    } catch (error) {
      this.showError({ words: `This state could not be shown: ${error}` });
    }
    this.root.dataset.code = state.code;
    this.root.dataset.ready = String(this.isReady());
  }

  paintParts(before, state, more) {
    const flowChanges = before !== undefined && before.flow !== state.flow;
    if (!this.flow) {
      const options = { card: false, table: "closed" };
      this.flow = createFlowView(this.flowRoot, state.flow, options);
      this.retheme();
    } else if (flowChanges) {
      this.flow.update(state.flow, { highlightChanges: true });
    }
    this.paintTop(state, more);
    this.paintSees(before, state);
    this.paintControls(before, state, more);
    this.paintFindings(state);
    this.paintFiles(before, state);
    this.share.value = this.voila ? linkTo(state.code) : state.code;
    setText(this.command, state.command);
    this.showNotice(noticeOf(more));
  }

  paintTop(state, { control, option }) {
    // Two recipes may come to the same design: the one that was asked for is named.
    if (control === "preset") this.chosen.set(state.code, option);
    const name = this.chosen.get(state.code) ?? state.preset;
    this.preset.value = name;
    const preset = this.spec.presets.find((each) => each.name === name);
    setText(this.about, preset?.summary ?? "");
    this.about.title = preset?.summary ?? "";
    this.about.hidden = !preset;
    this.correct.hidden = !preset?.printed;
    this.undo.disabled = this.store.undone.length === 0;
  }

  paintSees(before, state) {
    const [verdict, words] = state.headline;
    this.headline.dataset.verdict = verdict;
    setText(this.headline, `${MARKS[verdict]} ${words}`);
    if (before?.card === state.card) {
      for (const tile of this.tiles.children) tile.classList.remove("ex-changed");
      return;
    }
    this.tiles.replaceChildren(
      ...state.card.entries.map(([label, text, kind], place) =>
        tile(label, text, kind, before && before.card.entries[place]?.[1] !== text),
      ),
    );
  }

  paintControls(before, state, more) {
    for (const [name, made] of this.controls) {
      const [was, now] = [before?.controls[name], state.controls[name]];
      const changed = before !== undefined && was.is !== now.is && name !== more.control;
      made.element.classList.toggle("ex-changed", changed);
      if (made.control.options) {
        if (was !== now || made.stale) this.paintOptions(made, now);
      } else {
        this.paintText(made, now.is, more);
      }
    }
    this.root.classList.toggle("ex-printed", Boolean(state.preset.endsWith("-as-printed")));
    for (const { summary, group } of this.groups) setText(summary, summaryOf(group, state));
    this.paintTitles();
  }

  paintOptions(made, now) {
    made.stale = false;
    const reasons = now.no ?? [];
    const whys = new Map(
      reasons.flatMap(([why, options]) => options.map((option) => [option, why])),
    );
    const yields = new Set(now.yields ?? []);
    made.inputs.forEach((input, option) => {
      input.checked = option === now.is;
      input.disabled = whys.has(option);
      const describing = whys.has(option) ? made.why.id : null;
      if (describing) input.setAttribute("aria-describedby", describing);
      else input.removeAttribute("aria-describedby");
      input.parentElement.title = whys.get(option) ?? "";
      setText(input.nextElementSibling.lastElementChild, yields.has(option) ? " ⇄" : "");
    });
    const labels = made.control.options;
    made.why.replaceChildren(
      ...reasons.map(([why, options]) =>
        h(
          "span",
          { class: "ex-reason" },
          `⊘ ${reasons.length === 1 && whys.size >= labels.length - 1 ? "" : `${options.map((option) => labels[option]).join(", ")}: `}${why}`,
        ),
      ),
    );
    made.element.classList.toggle("ex-idle", whys.size >= labels.length - 1);
  }

  paintText(made, value, more) {
    const input = made.inputs[0];
    const busy = this.store.typed?.control === made.control.name;
    const typing = more.typed === made.control.name && document.activeElement === input;
    if (!busy && !typing && input.value !== value) input.value = value;
    if (more.typed === made.control.name || input.value === value) this.clearTyped(made);
  }

  /** What an option changes besides is known once the kernel has said where it leads. */
  paintTitles() {
    const moves = this.store.moves.get(this.state.code);
    if (!moves) return;
    for (const [name, made] of this.controls) {
      for (const option of this.state.controls[name].yields ?? []) {
        const [, ...gaveWay] = moves[name]?.[option] ?? [];
        made.inputs[option].parentElement.title = `Also changes ${gaveWay.join("; ")}`;
      }
    }
  }

  paintFindings(state) {
    const fixes = this.store.fixes.get(state.code);
    const key = [state.findings, fixes];
    if (this.painted?.every((each, place) => each === key[place])) return;
    this.painted = key;
    const grave = state.findings.filter((each) => each.severity !== "info");
    const rest = state.findings.filter((each) => each.severity === "info");
    const parts = grave.map((each) => this.finding(each, fixes?.[each.code]));
    if (!grave.length) parts.push(h("p", { class: "ex-none" }, "✓ No errors and no warnings."));
    if (rest.length) {
      const open = this.findings.querySelector("details.ex-rest")?.open;
      parts.push(
        h(
          "details",
          { class: "ex-rest", open },
          h("summary", {}, `${rest.length} good to know`),
          ...rest.map((each) => this.finding(each)),
        ),
      );
    }
    this.findings.replaceChildren(...parts);
  }

  finding(finding, fixes) {
    const [sign, verdict] = SEVERITIES[finding.severity];
    const buttons = (fixes ?? []).map((fix) =>
      h(
        "button",
        { type: "button", class: "ex-button ex-fix", onclick: () => this.applyFix(fix) },
        fix.text,
      ),
    );
    const row = (label, words) => (words ? h("p", {}, h("b", {}, `${label} `), words) : null);
    return h(
      "article",
      { class: "ex-finding", "data-verdict": verdict, "data-code": finding.code },
      h(
        "h4",
        {},
        h("span", { class: "ex-badge" }, `${sign} ${finding.severity}`),
        ` ${finding.code}`,
      ),
      h("p", {}, finding.message),
      buttons.length
        ? h(
            "div",
            { class: "ex-fixes" },
            h("span", { class: "ex-name" }, "Fix it here:"),
            ...buttons,
          )
        : null,
      row("To mend it:", finding.fix),
      h(
        "details",
        {},
        h("summary", {}, "Where, and says who"),
        row("Where:", finding.where),
        row("Source:", finding.source),
      ),
    );
  }

  paintFiles(before, state) {
    const same = before?.files === state.files;
    if (same && this.changes && !this.hadChanges) return;
    const names = Object.keys(state.files);
    this.changes = new Map(
      names.map((name) => [name, before && !same ? changesOf(before, state, name) : null]),
    );
    const touched = names.filter((name) => this.changes.get(name)?.some(([sign]) => sign !== " "));
    this.hadChanges = touched.length > 0;
    const manifests = touched.filter((name) => name.endsWith(".yaml"));
    if (!names.includes(this.file)) [this.file] = names;
    if (touched.length && !touched.includes(this.file)) this.file = manifests[0] ?? touched[0];
    this.touched = new Set(touched);
    this.gone = before ? Object.keys(before.files).filter((name) => !(name in state.files)) : [];
    this.paintTabs();
    this.paintFile();
  }

  paintTabs() {
    this.tabs.replaceChildren(
      ...[...this.changes.keys()].map((name) =>
        h(
          "button",
          {
            type: "button",
            role: "tab",
            class: "ex-tab",
            "data-file": name,
            "aria-selected": String(name === this.file),
            "aria-controls": `${this.id}-code`,
            tabindex: name === this.file ? "0" : "-1",
            onclick: () => this.openFile(name),
          },
          this.touched.has(name) ? `◆ ${name}` : name,
        ),
      ),
    );
  }

  openFile(name) {
    this.file = name;
    this.paintTabs();
    this.paintFile();
  }

  paintFile() {
    const text = this.state.files[this.file];
    const lines =
      this.changes.get(this.file) ??
      text
        .replace(/\n$/, "")
        .split("\n")
        .map((each) => [" ", each]);
    const isYaml = this.file.endsWith(".yaml");
    this.code.replaceChildren(...lines.map(([sign, line]) => codeLine(sign, line, isYaml)));
    this.code.setAttribute("aria-label", this.file);
    setText(this.changed, this.changeWords(lines));
    const first = this.code.querySelector("[data-sign='+'], [data-sign='−']");
    // To look where it stands makes the browser lay the page out: not before it is painted.
    afterPaint(() => {
      this.code.scrollTop = first ? Math.max(0, first.offsetTop - this.code.clientHeight / 3) : 0;
    });
  }

  changeWords(lines) {
    const count = (wanted) => lines.filter(([sign]) => sign === wanted).length;
    const [added, removed] = [count("+"), count("−")];
    const others = [...this.touched].filter((name) => name !== this.file);
    const words = [];
    if (added || removed)
      words.push(`◆ Your last choice: ${added} lines added, ${removed} removed`);
    if (others.length) words.push(`also changed: ${others.join(", ")}`);
    if (this.gone.length) words.push(`no longer there: ${this.gone.join(", ")}`);
    return words.join("; ");
  }

  /* Moves or fixes of what is shown came in. */

  refresh(kind) {
    if (kind === "fixes") this.paintFindings(this.state);
    else this.paintTitles();
    this.root.dataset.ready = String(this.isReady());
  }

  isReady() {
    return this.store.moves.has(this.state.code) && this.store.fixes.has(this.state.code);
  }

  /* Groups: beside the flow where there is room, else in a row above it, one open at a time. */

  adapt() {
    const wide = this.root.clientWidth >= WIDE;
    if (wide === this.wide && this.openGroups) return;
    this.wide = wide;
    this.root.classList.toggle("ex-wide-page", wide);
    const open = this.spec.groups.flatMap((group, place) => (group.open ? [place] : []));
    this.openGroups = new Set(wide ? open : [0]);
    this.showGroups();
  }

  showGroups() {
    this.groups.forEach(({ head, panel }, place) => {
      const open = this.openGroups.has(place);
      head.setAttribute("aria-expanded", String(open));
      panel.hidden = !open;
    });
  }

  /* Words. */

  showNotice(words) {
    setText(this.notice, words || HINT);
    this.notice.classList.toggle("ex-said", Boolean(words));
  }

  showError({ words, control, typed }) {
    const made = typed && this.controls.get(typed);
    if (made) {
      made.error = words;
      made.timer = setTimeout(() => this.showTypedError(made), ERROR_PAUSE);
      return;
    }
    this.alert.replaceChildren(h("p", {}, `✗ ${words}`));
    this.alert.hidden = false;
    for (const each of this.controls.values()) each.stale = true;
    if (this.state) this.paintControls(this.state, this.state, { control });
    if (this.state) this.paintTop(this.state, {});
  }

  showTypedError(made) {
    if (!made.error) return;
    made.why.textContent = `✗ ${made.error}`;
    made.inputs[0].setAttribute("aria-invalid", "true");
  }

  clearTyped(made) {
    if (!made.error && !made.why.textContent) return;
    clearTimeout(made.timer);
    made.error = "";
    made.why.textContent = "";
    made.inputs[0].removeAttribute("aria-invalid");
  }

  clearAlert() {
    this.alert.replaceChildren();
    this.alert.hidden = true;
  }
}

function tile(label, text, verdict, changed) {
  return h(
    "li",
    { class: `ex-tile${changed ? " ex-changed" : ""}`, "data-verdict": verdict },
    h("span", { class: "ex-name" }, `${MARKS[verdict]} ${label}`),
    h("span", { class: "ex-value" }, text),
  );
}

function codeLine(sign, line, isYaml) {
  const made = h("span", { class: "ex-line", "data-sign": sign === " " ? null : sign });
  const parts = isYaml ? yamlParts(line) : [["", line]];
  made.append(
    h("span", { class: "ex-sign" }, sign),
    ...parts.map(([kind, text]) => (kind ? h("span", { class: `ex-${kind}` }, text) : text)),
    "\n",
  );
  return made;
}

function changesOf(before, state, name) {
  const trimmed = (text) => (text ?? "").replace(/\n$/, "");
  const [was, now] = [before.files[name], state.files[name]];
  if (was === now) return null;
  if (was === undefined)
    return trimmed(now)
      .split("\n")
      .map((line) => ["+", line]);
  return lineChanges(trimmed(was), trimmed(now));
}

/** What is chosen in a group, in a few words. */
function summaryOf(group, state) {
  const words = [];
  for (const control of group.controls) {
    const now = state.controls[control.name].is;
    if (!control.options) words.push(now);
    else if (now !== null) words.push(describe(control, now));
  }
  return words.filter(Boolean).slice(0, 3).join(" · ");
}

function describe(control, option) {
  const label = control.options[option];
  if (label === "on") return control.label;
  return ["off", "no", "none", "default", "not set", "nothing", "what is sent"].includes(label)
    ? ""
    : label;
}

function noticeOf({ gaveWay, done }) {
  if (gaveWay?.length) return `⇄ Other choices changed as well. ${gaveWay.join("; ")}`;
  return done ? `✓ Done: ${done}` : "";
}

function linkTo(code) {
  const { origin, pathname } = window.location;
  return `${origin}${pathname}?code=${code}`;
}

// exports
export { lineChanges, yamlParts, zip, Store, ExplorerView };
export default {
  render({ model, el }) {
    const view = new ExplorerView(model, el);
    return () => view.destroy();
  },
};
