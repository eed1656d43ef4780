// @ts-check
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createFlowView } from "../../../aws_lb_sim/views/browser/flow/view.js";
import flowModule from "../../../aws_lb_sim/views/browser/flow/widget.js";

const models = JSON.parse(readFileSync(process.env.VIEW_MODELS, "utf-8"));
const names = Object.keys(models).filter((name) => !/^(hostile|sharing)/.test(name));
const hostile = Object.keys(models).filter((name) => name.startsWith("hostile"));

let root;
let view;

function show(model, options = {}) {
  root = document.createElement("div");
  document.body.append(root);
  view = createFlowView(root, model, { reducedMotion: true, ...options });
  return view;
}

const one = (selector) => root.querySelector(selector);
const all = (selector) => [...root.querySelectorAll(selector)];
const item = (key) => one(`[data-key="${key}"]`);
const caption = () => one(".fv-caption").textContent;
const said = () => one("[aria-live]").textContent;
const press = (key, target = one(".fv-picture [tabindex='0']")) =>
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
const click = (element) => element.dispatchEvent(new MouseEvent("click", { bubbles: true }));

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  view?.destroy();
  document.body.replaceChildren();
  vi.useRealTimers();
});

describe("the picture", () => {
  test.each(names)("%s: every box, hop and header that the model has is in it", (name) => {
    show(models[name]);
    const [round] = models[name].rounds;
    const words = one(".fv-picture").textContent;
    for (const box of round.boxes) expect(words).toContain(box.name);
    for (const hop of round.hops) {
      for (const told of [...hop.tcp, ...hop.http]) expect(words).toContain(told);
      if (hop.proxy) expect(words).toContain(hop.proxy);
    }
    for (const { lines } of round.headers ?? []) {
      for (const [, line] of lines) expect(words).toContain(line);
    }
    expect(words).toContain(round.answer.text);
    expect(all(".fv-box").length).toBe(round.hops.length + 1);
    expect(all(".fv-hop").length).toBe(round.hops.length);
  });

  test("a wrong client address is said by sign and word, not by colour alone", () => {
    show(models["forged-wins"]);
    expect(item("box emissary").textContent).toContain("✗ wrong: 6.6.6.6");
    expect(item("box emissary").getAttribute("aria-label")).toContain("wrong");
  });

  test("the box where it failed says so, and the reason stands above the picture", () => {
    show(models["tls-error"]);
    const { reason } = models["tls-error"].rounds[0].answer;
    expect(item("box emissary").textContent).toContain("✗ emissary");
    expect(item("box emissary").getAttribute("aria-label")).toContain("failed here");
    expect(caption()).toContain(reason);
    expect(one(".fv-broken")).not.toBeNull();
  });

  test("boxes that were not reached are faint and cannot be opened", () => {
    show(models.refused);
    expect(one(".fv-absent").textContent).toContain("not reached");
    expect(item("box service")).toBeNull();
  });

  test("it says in words that it cannot read a model of another version", () => {
    show({ ...models["tls-ok"], version: 99 });
    expect(one("[role=alert]").textContent).toContain("version 99");
  });

  test("without a model it is empty, and a model can follow", () => {
    show(null);
    expect(one(".fv-picture")).toBeNull();
    view.update(models["tls-ok"]);
    expect(one(".fv-picture")).not.toBeNull();
  });

  test("models may share what repeats", () => {
    const { shared, first, second } = models.sharing;
    show(first, { shared });
    const drawn = one(".fv-picture").outerHTML.replaceAll(/fv-\d+/g, "");
    view.destroy();
    show(models["tls-ok"]);
    expect(one(".fv-picture").outerHTML.replaceAll(/fv-\d+/g, "")).toBe(drawn);
    view.update(second, { shared });
    expect(one(".fv-broken")).not.toBeNull();
  });
});

describe("stepping", () => {
  test("forwards through boxes and hops, to the answer, and back", () => {
    show(models["tls-ok"]);
    const [round] = models["tls-ok"].rounds;
    const steps = round.hops.length * 2 + 2;
    const next = one("[data-act=next]");
    for (let step = 1; step <= steps; step += 1) {
      click(next);
      expect(caption()).toContain(`Step ${step} of ${steps}`);
    }
    expect(caption()).toContain(round.answer.text);
    click(next);
    expect(caption()).toContain(`Step ${steps} of ${steps}`);
    click(one("[data-act=back]"));
    expect(caption()).toContain(`Step ${steps - 1} of ${steps}`);
    click(one("[data-act=start]"));
    expect(caption()).toContain("Whole picture");
  });

  test("what is ahead is marked as such, and screen readers hear each step", () => {
    show(models["tls-ok"]);
    click(one("[data-act=next]"));
    click(one("[data-act=next]"));
    expect(item("box client").dataset.when).toBe("done");
    expect(item("hop client → load-balancer").dataset.when).toBe("now");
    expect(item("box service").dataset.when).toBe("ahead");
    expect(said()).toContain("Hop 1, client to load-balancer");
    expect(one(".fv-packet").getAttribute("visibility")).toBe("visible");
  });

  test("a packet in TLS is sealed, one with a PROXY header has a flag", () => {
    show(models["tls-ok"]);
    click(one("[data-act=next]"));
    click(one("[data-act=next]"));
    expect(one(".fv-packet .fv-seal")).not.toBeNull();
    expect(one(".fv-packet .fv-flag")).toBeNull();
    click(one("[data-act=next]"));
    click(one("[data-act=next]"));
    expect(one(".fv-packet .fv-flag")).not.toBeNull();
  });

  test("a redirect is followed into the next request, and back again", () => {
    show(models["redirected-then-ok"]);
    const { rounds } = models["redirected-then-ok"];
    const first = rounds[0].hops.length * 2 + 2;
    for (let step = 0; step <= first; step += 1) click(one("[data-act=next]"));
    expect(all(".fv-chip")[1].getAttribute("aria-current")).toBe("step");
    expect(one(".fv-title").textContent).toBe(rounds[1].title);
    click(one("[data-act=back]"));
    expect(all(".fv-chip")[0].getAttribute("aria-current")).toBe("step");
    expect(caption()).toContain(`Step ${first} of ${first}`);
  });

  test("a loop comes round and round, is counted, and does not count for ever", () => {
    show(models["redirect-loop"]);
    expect(one(".fv-loop")).not.toBeNull();
    expect(one(".fv-again").textContent).toContain("and so on");
    for (let step = 0; step < 60; step += 1) click(one("[data-act=next]"));
    const counted = Number(/request (\d+)/.exec(one(".fv-again").textContent)[1]);
    expect(counted).toBeGreaterThan(models["redirect-loop"].rounds.length);
    for (let step = 0; step < 2000; step += 1) click(one("[data-act=next]"));
    expect(one(".fv-again").textContent).toContain("request 20");
  });
});

describe("playing", () => {
  test("goes by itself to the end, and pauses there", () => {
    show(models["redirected-then-ok"]);
    click(one("[data-act=play]"));
    expect(one("[data-act=play]").textContent).toBe("Pause");
    vi.advanceTimersByTime(120_000);
    expect(one("[data-act=play]").textContent).toBe("Play");
    expect(caption()).toContain(models["redirected-then-ok"].rounds[1].answer.text);
  });

  test("pauses where it is, and speed changes how long a step takes", () => {
    show(models["tls-ok"]);
    const speed = one(".fv-speed");
    speed.value = "4";
    speed.dispatchEvent(new Event("change"));
    click(one("[data-act=play]"));
    vi.advanceTimersByTime(400);
    expect(caption()).toContain("Step 2 of");
    click(one("[data-act=play]"));
    vi.advanceTimersByTime(60_000);
    expect(caption()).toContain("Step 2 of");
  });

  test("the packet moves, unless stillness was asked for", () => {
    const moved = (reducedMotion) => {
      show(models["tls-ok"], { reducedMotion });
      click(one("[data-act=play]"));
      vi.advanceTimersByTime(1_350);
      const place = one(".fv-packet").getAttribute("transform");
      vi.advanceTimersByTime(300);
      const later = one(".fv-packet").getAttribute("transform");
      view.destroy();
      return place !== later;
    };
    expect(moved(false)).toBe(true);
    expect(moved(true)).toBe(false);
  });

  test("a frame that comes late moves nothing", () => {
    // No frame comes before the timer of the step.
    let late;
    vi.stubGlobal("requestAnimationFrame", (act) => {
      late = act;
      return 1;
    });
    const cancelled = vi.fn();
    vi.stubGlobal("cancelAnimationFrame", cancelled);
    show(models["tls-ok"], { reducedMotion: false });
    click(one("[data-act=play]"));
    vi.advanceTimersByTime(1_350);
    expect(late).toBeDefined();
    vi.advanceTimersByTime(900);
    expect(caption()).toContain("Step 3 of");
    expect(cancelled).toHaveBeenCalledWith(1);
    vi.unstubAllGlobals();
  });

  test("stops when the view is destroyed", () => {
    show(models["tls-ok"]);
    click(one("[data-act=play]"));
    view.destroy();
    expect(root.childNodes.length).toBe(0);
    vi.advanceTimersByTime(60_000);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("the keyboard", () => {
  test("exactly one part of the picture is in the tab order, and it follows the steps", () => {
    show(models["tls-ok"]);
    expect(all(".fv-picture [tabindex='0']").length).toBe(1);
    item("box client").focus();
    press("ArrowRight");
    expect(document.activeElement).toBe(item("hop client → load-balancer"));
    expect(all(".fv-picture [tabindex='0']")).toEqual([item("hop client → load-balancer")]);
    press("End");
    expect(document.activeElement).toBe(item("answer"));
    press("Home");
    expect(document.activeElement).toBe(item("box client"));
  });

  test("space plays and pauses, Escape goes back to the whole picture", () => {
    show(models["tls-ok"]);
    press(" ");
    expect(one("[data-act=play]").textContent).toBe("Pause");
    press(" ");
    expect(one("[data-act=play]").textContent).toBe("Play");
    press("Escape");
    expect(caption()).toContain("Whole picture");
  });

  test("Enter opens the inspector and goes there, Escape brings back", () => {
    show(models["tls-ok"]);
    item("box client").focus();
    press("ArrowRight");
    press("ArrowRight");
    press("Enter");
    const inspector = one(".fv-inspector");
    expect(inspector.hidden).toBe(false);
    expect(document.activeElement).toBe(inspector);
    expect(item("box load-balancer").getAttribute("aria-expanded")).toBe("true");
    inspector.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    expect(inspector.hidden).toBe(true);
    expect(document.activeElement).toBe(item("box load-balancer"));
  });

  test("page keys change the request, and keys with modifiers are left alone", () => {
    show(models["redirected-then-ok"]);
    press("PageDown");
    expect(one(".fv-title").textContent).toBe(models["redirected-then-ok"].rounds[1].title);
    press("PageUp");
    expect(one(".fv-title").textContent).toBe(models["redirected-then-ok"].rounds[0].title);
    const event = new KeyboardEvent("keydown", { key: "ArrowRight", ctrlKey: true, bubbles: true });
    item("box client").dispatchEvent(event);
    expect(caption()).toContain("Whole picture");
  });
});

describe("the inspector", () => {
  test.each(names)("%s: shows each step of each box with its rule and source", (name) => {
    show(models[name]);
    const { rules, sources } = models[name];
    const [round] = models[name].rounds;
    for (const [box, steps] of Object.entries(round.steps ?? {})) {
      click(item(box === "return" ? "answer" : `box ${box}`));
      const words = one(".fv-inspector").textContent;
      for (const [, did, id] of steps) {
        expect(words).toContain(did);
        expect(words).toContain(rules[id][0]);
        expect(words).toContain(sources[rules[id][1]]);
      }
    }
  });

  test("shows before and after, with signs and words for what differs", () => {
    show(models["forged-wins"]);
    click(item("box load-balancer"));
    const sides = all(".fv-side");
    expect(sides.length).toBe(2);
    expect(sides[0].textContent).toContain("Arrived from cloudfront");
    const added = sides[1].querySelector(".fv-wire-line.fv-added");
    expect(added.textContent).toContain("added: X-Forwarded-");
  });

  test("says what a box that passes TLS on cannot read", () => {
    show(models["tls-ok"]);
    click(item("box load-balancer"));
    expect(one(".fv-sealed").textContent).toContain("cannot read");
    click(item("box emissary"));
    expect(one(".fv-sealed")).toBeNull();
  });

  test("shows the exact bytes of a hop", () => {
    show(models["tls-ok"]);
    click(item("hop load-balancer → node"));
    const words = one(".fv-inspector").textContent;
    expect(words).toContain("0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a");
    expect(words).toContain("GET / HTTP/1.1");
  });

  test("tells the host what was opened, and can be left out", () => {
    const onSelect = vi.fn();
    show(models["tls-ok"], { onSelect, inspector: false });
    click(item("box node"));
    expect(onSelect).toHaveBeenCalledWith({ round: 0, kind: "box", name: "node" });
    expect(one(".fv-inspector").hidden).toBe(true);
  });

  test("links lead to https addresses only", () => {
    const model = structuredClone(models["tls-ok"]);
    model.sources = model.sources.map(
      () => "javascript:alert(1) see https://docs.example.com/a, b",
    );
    show(model);
    click(item("box emissary"));
    expect(all("a").length).toBeGreaterThan(0);
    for (const link of all("a")) expect(link.href).toBe("https://docs.example.com/a");
  });
});

describe("another model", () => {
  test("what changed is marked, named and said", () => {
    show(models["tls-ok"]);
    const changed = view.update(models["tls-error"], { highlightChanges: true });
    expect(changed).toContain("answer");
    expect(all(".fv-mark").length).toBeGreaterThan(0);
    expect(all(".fv-diamond").length).toBe(all(".fv-mark").length);
    expect(said()).toContain("Changed: ");
  });

  test("nothing is marked where nothing changed, or where it was not asked for", () => {
    show(models["tls-ok"]);
    expect(view.update(models["tls-ok"], { highlightChanges: true })).toEqual([]);
    expect(all(".fv-mark").length).toBe(0);
    view.update(models["tls-error"]);
    expect(all(".fv-mark").length).toBe(0);
  });

  test("what did not change is not drawn again", () => {
    show(models["tls-ok"]);
    const [client, path] = [item("box client"), one(".fv-picture")];
    const name = client.querySelector(".fv-name");
    view.update(models["tls-error"], { highlightChanges: true });
    expect(one(".fv-picture")).toBe(path);
    expect(item("box client")).toBe(client);
    expect(client.querySelector(".fv-name")).toBe(name);
  });

  test("drawn in the place of another it is the picture that it is by itself", () => {
    const drawn = () => one(".fv-picture").outerHTML.replaceAll(/fv-\d+/g, "");
    for (const name of names) {
      show(models[name]);
      const alone = drawn();
      view.destroy();
      show(models["redirect-loop"]);
      view.update(models[name]);
      expect(drawn()).toBe(alone);
      view.destroy();
    }
  });

  test("the host's own words are said instead", () => {
    show(models["tls-ok"]);
    view.update(models["tls-error"], { highlightChanges: true, announce: "PROXY protocol off" });
    expect(said()).toBe("PROXY protocol off");
  });

  test("what was open stays open, and focus stays", () => {
    show(models["tls-ok"]);
    click(item("box emissary"));
    item("box node").focus();
    view.update(models["tls-error"], { highlightChanges: true });
    expect(one(".fv-inspector").getAttribute("aria-label")).toContain("emissary");
    expect(document.activeElement).toBe(item("box node"));
    view.update(models.refused);
    expect(one(".fv-inspector").hidden).toBe(true);
  });

  test("a request that the new model lacks is left", () => {
    show(models["redirected-then-ok"]);
    press("PageDown");
    view.update(models.refused, { highlightChanges: true });
    expect(one(".fv-title").textContent).toBe(models.refused.rounds[0].title);
  });
});

describe("the table", () => {
  test.each(names)("%s: says the same as the picture", (name) => {
    show(models[name], { table: "open" });
    const words = one("table").textContent;
    for (const round of models[name].rounds) {
      for (const hop of round.hops) {
        expect(words).toContain(`${hop.from} → ${hop.to}`);
        if (hop.proxy) expect(words).toContain(hop.proxy);
        for (const told of hop.http) expect(words).toContain(told);
      }
      for (const belief of round.beliefs ?? []) {
        if (belief.address) expect(words).toContain(belief.address);
        if (belief.verdict === "bad") expect(words).toContain("✗ wrong");
      }
      expect(words).toContain(round.answer.text);
    }
    expect(words.includes("and so on")).toBe(models[name].loop === true);
  });

  test("is not made before it is asked for", () => {
    show(models["tls-ok"]);
    expect(one("table")).toBeNull();
    one("details").open = true;
    one("details").dispatchEvent(new Event("toggle"));
    expect(one("table caption").textContent).toContain("203.0.113.7");
  });
});

describe("hostile texts", () => {
  test.each(hostile)("%s stays text", (name) => {
    show(models[name], { table: "open" });
    for (const key of all("[data-key]").map((one) => one.dataset.key)) {
      click(all("[data-key]").find((one) => one.dataset.key === key));
      expect(root.querySelector("script, img, iframe, object, [onload], [onerror]")).toBeNull();
    }
    expect(root.textContent).toContain(name.slice("hostile ".length));
    for (const link of all("a")) expect(link.protocol).toBe("https:");
  });
});

describe("as an anywidget", () => {
  test("it draws the trait, follows its changes, and cleans up", () => {
    const listeners = new Map();
    let now = models["tls-ok"];
    const model = {
      get: (name) => (name === "view_model" ? now : undefined),
      on: (name, act) => listeners.set(name, act),
      off: (name) => listeners.delete(name),
    };
    root = document.createElement("div");
    document.body.append(root);
    const clean = flowModule.render({ model, el: root });
    expect(one(".fv-picture")).not.toBeNull();
    now = models["tls-error"];
    listeners.get("change:view_model")();
    expect(one(".fv-broken")).not.toBeNull();
    expect(all(".fv-mark").length).toBeGreaterThan(0);
    clean();
    expect(listeners.size).toBe(0);
    expect(root.childNodes.length).toBe(0);
  });
});

describe("themes", () => {
  test("the host's word comes first, then JupyterLab's, then the system's", () => {
    show(models["tls-ok"], { theme: "dark" });
    expect(root.dataset.theme).toBe("dark");
    view.destroy();
    document.body.dataset.jpThemeLight = "false";
    show(models["tls-ok"]);
    expect(root.dataset.theme).toBe("dark");
    view.destroy();
    document.body.dataset.jpThemeLight = "true";
    show(models["tls-ok"]);
    expect(root.dataset.theme).toBe("light");
    delete document.body.dataset.jpThemeLight;
    view.destroy();
    show(models["tls-ok"]);
    expect(root.dataset.theme).toBe("light");
  });
});
