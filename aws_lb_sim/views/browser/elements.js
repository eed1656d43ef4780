/*
 * Elements: the one place where data becomes a page, and only as text. There is no innerHTML.
 */

const SVG = "http://www.w3.org/2000/svg";

/** Set attributes; what begins with "on" is listened to, and what is false is left out. */
function build(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === undefined || value === null) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export const html = (name, attributes = {}, ...children) =>
  build(document.createElement(name), attributes, children);

export const svg = (name, attributes = {}, ...children) =>
  build(document.createElementNS(SVG, name), attributes, children);

/* What is set again to the same is styled, laid out and painted again: so look first. */

export function setText(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

export function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

export function setFlag(element, name, on) {
  if (element.hasAttribute(name) !== on) element.toggleAttribute(name, on);
}

const partsOf = new WeakMap();

/**
 * Make the children of an element these parts, and keep each child whose key and data stayed.
 *
 * A part is {key, data, make, fill}. `make()` returns an element that depends on `data` alone,
 * a text or an object, compared by identity. `fill(element)`, where there is one, is called
 * for every element, old and new, and brings up to date what does not follow from `data`.
 * Keys differ within one parent. What the children were before is known from the last call.
 */
export function showParts(parent, parts) {
  const old = partsOf.get(parent) ?? new Map();
  const now = new Map(parts.map((part) => [part.key, part]));
  for (const [key, { data, element }] of old) {
    if (now.get(key)?.data !== data || !now.has(key)) {
      element.remove();
      old.delete(key);
    }
  }
  let next = parent.firstChild;
  for (const part of parts) {
    part.element = old.get(part.key)?.element ?? part.make();
    part.fill?.(part.element);
    if (part.element === next) next = next.nextSibling;
    else parent.insertBefore(part.element, next);
  }
  partsOf.set(parent, now);
}
