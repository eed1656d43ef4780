// @ts-check
import { describe, expect, test } from "vitest";
import { changesOf, unchanged } from "../../../aws_lb_sim/views/browser/explorer/diff.js";
import { Store } from "../../../aws_lb_sim/views/browser/explorer/store.js";

const state = (code) => ({ code, flow: {}, files: {} });

/** A model of anywidget that notes what is sent. */
function modelOf(code) {
  const listeners = new Map();
  const values = { code, start: { state: state(code), fixes: {}, problem: "" } };
  return {
    sent: [],
    get: (name) => values[name],
    set(name, value) {
      values[name] = value;
      listeners.get(`change:${name}`)?.();
    },
    on: (name, act) => listeners.set(name, act),
    send(content) {
      this.sent.push(content);
    },
    save_changes() {},
    hear: (content) => listeners.get("msg:custom")(content, []),
  };
}

/** A view that notes what it is told. */
function viewOf(store) {
  const view = { painted: [], told: [], labs: 0 };
  view.paint = (state, more) => view.painted.push([state.code, more]);
  view.showError = (about) => view.told.push(about);
  view.refresh = () => {};
  view.paintLab = () => {
    view.labs += 1;
  };
  store.views.add(view);
  return view;
}

async function opened() {
  const model = modelOf("first");
  const store = new Store(model);
  const view = viewOf(store);
  const hear = async (content) => {
    model.hear({ page: store.page, epoch: 0, ...content });
    await store.inbox;
  };
  return { model, store, view, hear };
}

describe("the store", () => {
  test("a choice whose state is here is painted without asking", async () => {
    const { model, store, view, hear } = await opened();
    await hear({ kind: "moves", code: "first", moves: { kind: { 1: ["second", "A: b → c"] } } });
    await hear({
      kind: "states",
      body: { parts: { 7: "long" }, states: { second: { code: "second", a: { $: 7 } } } },
    });
    const asked = model.sent.length;
    store.choose("kind", "1");
    expect(view.painted.at(-1)[0]).toBe("second");
    expect(view.painted.at(-1)[1].gaveWay).toEqual(["A: b → c"]);
    expect(store.state("second").a).toBe("long");
    expect(model.sent.length).toBe(asked);
    store.undo();
    expect(view.painted.at(-1)[0]).toBe("first");
  });

  test("any other is asked for, and painted when it comes", async () => {
    const { model, store, view, hear } = await opened();
    store.choose("kind", "1");
    const asked = model.sent.at(-1);
    expect(asked).toMatchObject({ kind: "choose", code: "first", control: "kind", value: 1 });
    const body = { parts: {}, states: { second: state("second") } };
    await hear({ kind: "go", number: asked.number, code: "second", gave_way: [], body });
    expect(view.painted.at(-1)[0]).toBe("second");
  });

  test("what is pointed at is asked for once it is known where it leads, unless it is here", async () => {
    const { model, store, hear } = await opened();
    const asked = () => model.sent.filter((each) => each.kind === "want").length;
    store.want("kind", "1");
    expect(asked()).toBe(0);
    await hear({ kind: "moves", code: "first", moves: { kind: { 1: ["second"] } } });
    store.want("kind", "1");
    expect(asked()).toBe(1);
    await hear({ kind: "states", body: { parts: {}, states: { second: state("second") } } });
    store.want("kind", "1");
    expect(asked()).toBe(1);
  });

  test("one text is under way at a time, and the last one typed wins", async () => {
    const { model, store, hear } = await opened();
    for (const value of ["/a", "/ab", "/abc"]) store.type("path", value);
    const typed = () => model.sent.filter((each) => each.control === "path");
    expect(typed().map((each) => each.value)).toEqual(["/a"]);
    const body = { parts: {}, states: { second: state("second") } };
    await hear({ kind: "go", number: typed()[0].number, code: "second", gave_way: [], body });
    expect(typed().map((each) => each.value)).toEqual(["/a", "/abc"]);
  });

  test("messages for other pages, or that cannot be read, do no harm", async () => {
    const { store, view, hear } = await opened();
    await hear({ kind: "error", page: "another", words: "no" });
    expect(view.told).toEqual([]);
    await hear({ kind: "states", body: { parts: null, states: null } });
    expect(view.told[0].words).toContain("could not be read");
    await hear({ kind: "error", number: 1, words: "no such thing" });
    expect(view.told[1].words).toBe("no such thing");
    expect(store.state("first").code).toBe("first");
  });

  test("one run on a real Envoy at a time, kept with the state that it was for", async () => {
    const { model, store, view, hear } = await opened();
    store.verify();
    store.verify();
    expect(model.sent.filter((each) => each.kind === "verify").length).toBe(1);
    await hear({ kind: "unverified", code: "first", words: "Envoy did not start" });
    expect(store.verifying).toBeNull();
    expect(store.verified.get("first").headline).toContain("Envoy did not start");
    expect(view.labs).toBe(2);
  });
});

describe("what changed in a file", () => {
  test("is nothing where it is the same, and everything where it is new", () => {
    expect(changesOf({ a: "x\n" }, { a: "x\n" }, "a")).toBeNull();
    expect(changesOf({}, { a: "x\ny\n" }, "a")).toEqual([
      ["+", "x"],
      ["+", "y"],
    ]);
    expect(unchanged("x\n")).toEqual([[" ", "x"]]);
  });
});
