/*
 * One view of an explorer: its parts, and when each is painted.
 *
 * A click is answered within the click: flow, headline, controls and manifests. What stands
 * below them, and what only helps, follows when the browser has painted these.
 */

import { html, setText } from "../elements.js";
import { createFlowView } from "../flow/view.js";
import { Controls } from "./controls.js";
import { Files } from "./files.js";
import { Findings } from "./findings.js";
import { copy } from "./handover.js";
import { bringIntoView } from "./into_view.js";
import { Lab } from "./lab.js";
import { afterPaint } from "./later.js";
import { Outcome } from "./outcome.js";
import { Share } from "./share.js";
import { storeOf } from "./store.js";
import { Top } from "./top.js";

/** From this width on the controls stand beside the flow. */
const WIDE = 1180;

let views = 0;

export class ExplorerView {
  constructor(model, root) {
    views += 1;
    this.id = `ex-${views}`;
    this.root = root;
    this.store = storeOf(model);
    this.spec = model.get("spec");
    this.voila = model.get("voila");
    this.build();
    this.store.views.add(this);
    this.watch();
    const state = this.store.state(model.get("code")) ?? model.get("start").state;
    this.adapt();
    this.paint(state, {});
    if (model.get("code") !== state.code) this.store.onCode();
    if (this.store.problem) this.showError({ words: this.store.problem });
    if (!this.voila) bringIntoView(root);
  }

  build() {
    this.root.classList.add("lb-explorer");
    // Arrows and letters belong to the controls in here; JupyterLab would move between its
    // cells, or delete them. What is pressed with Ctrl, Alt or Meta is JupyterLab's.
    this.root.addEventListener("keydown", (event) => {
      if (!event.ctrlKey && !event.altKey && !event.metaKey) event.stopPropagation();
    });
    this.alert = html("div", { class: "ex-alert", role: "alert", hidden: true });
    this.notice = html("p", { class: "ex-notice", role: "status" });
    this.flowRoot = html("div", { class: "ex-flow" });
    this.top = new Top(this);
    this.controls = new Controls(this);
    this.lab = new Lab(this);
    this.outcome = new Outcome(this.lab.button);
    this.findings = new Findings(this);
    this.files = new Files(this);
    this.share = new Share(this);
    const lower = [this.findings.element, this.files.element];
    this.root.replaceChildren(
      this.top.element,
      html(
        "div",
        { class: "ex-body" },
        this.controls.element,
        html(
          "div",
          { class: "ex-main" },
          this.alert,
          this.notice,
          this.outcome.element,
          this.lab.element,
          this.flowRoot,
          html("div", { class: "ex-lower" }, ...lower),
          this.share.element,
        ),
      ),
    );
  }

  watch() {
    this.sizes = new ResizeObserver(() => this.adapt());
    this.sizes.observe(this.root);
    this.themes = new MutationObserver(() => this.retheme());
    this.themes.observe(this.flowRoot, { attributeFilter: ["data-theme"] });
  }

  retheme() {
    this.root.dataset.theme = this.flowRoot.dataset.theme ?? "light";
  }

  adapt() {
    const wide = this.root.clientWidth >= WIDE;
    this.root.classList.toggle("ex-wide-page", wide);
    this.controls.adapt(wide);
  }

  destroy() {
    this.store.views.delete(this);
    this.sizes.disconnect();
    this.themes.disconnect();
    this.flow?.destroy();
    this.root.replaceChildren();
  }

  /* Painting. */

  paint(state, more) {
    if (!state) return;
    const before = this.state;
    this.state = state;
    try {
      this.paintNow(before, state, more);
    } catch (error) {
      this.showError({ words: `This state could not be shown: ${error}` });
    }
    this.root.dataset.code = state.code;
    this.showReady();
    if (this.isLatePainting) return;
    this.isLatePainting = true;
    afterPaint(() => this.paintLate());
  }

  paintNow(before, state, more) {
    if (!this.flow) {
      const options = { card: false, compact: true, table: "closed" };
      this.flow = createFlowView(this.flowRoot, state.flow, options);
      this.retheme();
    } else if (before.flow !== state.flow) {
      this.flow.update(state.flow, { highlightChanges: true });
    }
    this.top.paint(state, more);
    this.outcome.paint(before, state);
    this.controls.paint(before, state, more);
    this.files.paint(before?.files, state.files);
    this.lab.paint(state.code);
    this.showNotice(noticeOf(more));
  }

  paintLab() {
    this.lab.paint(this.state.code);
  }

  paintLate() {
    this.isLatePainting = false;
    this.controls.paintTitles(this.state);
    this.findings.paint(this.state, this.store.fixes.get(this.state.code));
    this.share.paint(this.state);
  }

  /** Moves or fixes of what is shown came in. */
  refresh(kind) {
    if (kind === "fixes") this.findings.paint(this.state, this.store.fixes.get(this.state.code));
    else this.controls.paintTitles(this.state);
    this.showReady();
  }

  /** Whether everything that is one click away is here. */
  showReady() {
    const { code } = this.state;
    const ready = this.store.moves.has(code) && this.store.fixes.has(code);
    if (this.root.dataset.ready !== String(ready)) this.root.dataset.ready = String(ready);
  }

  /* Words. */

  showNotice(words) {
    setText(this.notice, words);
    this.notice.hidden = !words;
  }

  showError({ words, control, typed }) {
    const made = typed && this.controls.byName.get(typed);
    if (made) {
      made.refuse(words);
      return;
    }
    this.alert.replaceChildren(html("p", {}, `✗ ${words}`));
    this.alert.hidden = false;
    if (!this.state) return;
    this.controls.paint(this.state, this.state, { control });
    this.top.paint(this.state, {});
  }

  clearAlert() {
    if (this.alert.hidden) return;
    this.alert.replaceChildren();
    this.alert.hidden = true;
  }

  async copy(text, done) {
    try {
      await copy(text);
      this.showNotice(`✓ ${done}`);
    } catch (error) {
      this.showError({ words: String(error.message ?? error) });
    }
  }
}

function noticeOf({ gaveWay, done }) {
  if (gaveWay?.length) return `⇄ Other choices changed as well. ${gaveWay.join("; ")}`;
  return done ? `✓ Done: ${done}` : "";
}
