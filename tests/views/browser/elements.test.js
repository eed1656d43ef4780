// @ts-check
import { describe, expect, test, vi } from "vitest";
import { html, setFlag, showParts } from "../../../aws_lb_sim/views/browser/elements.js";

const part = (key, data) => ({ key, data, make: () => html("i", {}, `${key}${data}`) });
const words = (parent) => [...parent.children].map((each) => each.textContent);

function shown(...steps) {
  const parent = html("div");
  for (const parts of steps) showParts(parent, parts);
  return parent;
}

describe("parts", () => {
  test("what stayed the same stays the same element, wherever it now stands", () => {
    const parent = html("div");
    showParts(parent, [part("a", 1), part("b", 1), part("c", 1)]);
    const [a, b, c] = parent.children;
    showParts(parent, [part("c", 1), part("b", 2), part("a", 1)]);
    expect(words(parent)).toEqual(["c1", "b2", "a1"]);
    expect(parent.children[0]).toBe(c);
    expect(parent.children[2]).toBe(a);
    expect(parent.children[1]).not.toBe(b);
  });

  test("what is gone is gone, and what is new stands in its place", () => {
    expect(words(shown([part("a", 1), part("b", 1)], [part("b", 1)]))).toEqual(["b1"]);
    expect(words(shown([part("b", 1)], [part("a", 1), part("b", 1)]))).toEqual(["a1", "b1"]);
    expect(words(shown([part("a", 1)], []))).toEqual([]);
  });

  test("what stays is not touched in the page: the focus stays with it", () => {
    const parent = html("div");
    document.body.append(parent);
    const button = (key, data) => ({ ...part(key, data), make: () => html("button", {}, key) });
    showParts(parent, [button("a", 1), button("b", 1)]);
    const b = /** @type {HTMLElement} */ (parent.lastChild);
    b.focus();
    showParts(parent, [button("a", 2), button("b", 1)]);
    expect(document.activeElement).toBe(b);
    parent.remove();
  });

  test("each is filled, old or new", () => {
    const fill = vi.fn();
    const parts = () => [{ ...part("a", 1), fill }];
    const parent = shown(parts(), parts());
    expect(fill.mock.calls).toEqual([[parent.firstChild], [parent.firstChild]]);
  });
});

test("a flag that stands already is not set again", () => {
  const made = html("div", { open: true });
  const set = vi.spyOn(made, "toggleAttribute");
  setFlag(made, "open", true);
  expect(set).not.toHaveBeenCalled();
  setFlag(made, "open", false);
  expect(made.hasAttribute("open")).toBe(false);
});
