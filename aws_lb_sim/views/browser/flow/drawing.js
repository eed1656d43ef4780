/* What the picture is made of: texts, arrows, frames, and the lanes they stand in. */

import { svg } from "../elements.js";

export const LINE_HEIGHT = 15;
const BOX_HEIGHT = 44;

/** One line of text in the picture; y is the middle of its height. */
export const text = (x, y, words, kind = "", anchor = "middle") =>
  svg("text", { x, y, dy: "0.36em", class: `fv-text ${kind}`, "text-anchor": anchor }, words);

export function arrow(from, to, y, kind) {
  const way = Math.sign(to - from);
  const shaft = to - way * 9;
  return svg(
    "g",
    { class: kind },
    svg("line", { x1: from, x2: shaft, y1: y, y2: y }),
    svg("path", { d: `M${to} ${y}L${shaft} ${y - 5}V${y + 5}Z` }),
  );
}

/** A group that takes no clicks of its own. */
export const group = (...children) => svg("g", {}, ...children);

/** Where things stand: the lanes of the frame and the columns of one request's way. */
export class Stage {
  constructor(frame, pitch) {
    this.frame = frame;
    this.pitch = pitch;
  }

  lane(name) {
    const [label, top, height] = this.frame.lanes[name];
    return { label, top, height, middle: top + height / 2 };
  }

  bands() {
    const bands = svg("g", { "aria-hidden": "true" });
    for (const name of Object.keys(this.frame.lanes)) {
      const { label, top, height, middle } = this.lane(name);
      const { width } = this.frame;
      bands.append(svg("rect", { x: 0, y: top, width, height, rx: 3, class: "fv-band" }));
      const words = label.split("\n");
      words.forEach((word, place) => {
        const y = middle + (place - (words.length - 1) / 2) * LINE_HEIGHT;
        bands.append(text(10, y, word, "fv-lane", "start"));
      });
    }
    return bands;
  }

  /** The background of a column's cells: shows what is open, and takes the clicks. */
  cell(x, name, width = this.pitch) {
    const { top, height } = this.lane(name);
    const left = Math.max(x - width / 2, 0);
    const right = Math.min(x + width / 2, this.frame.width);
    const place = { x: left + 1, y: top + 1, width: right - left - 2, height: height - 2, rx: 4 };
    return svg("rect", { ...place, class: "fv-cell" });
  }

  /** Says by a frame and a sign that this was changed by the last choice. */
  mark(x, name, width = this.pitch) {
    const frame = this.cell(x, name, width);
    frame.setAttribute("class", "fv-mark");
    const right = Number(frame.getAttribute("x")) + Number(frame.getAttribute("width"));
    return group(frame, text(right - 9, this.lane(name).top + 9, "◆", "fv-diamond"));
  }

  boxFrame(x, kind) {
    const { middle } = this.lane("path");
    const width = this.frame.box;
    const corner = { x: x - width / 2, y: middle - BOX_HEIGHT / 2 };
    return svg("rect", { ...corner, width, height: BOX_HEIGHT, rx: 7, class: `fv-frame ${kind}` });
  }
}
