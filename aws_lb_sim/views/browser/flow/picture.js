/*
 * The picture of one request's way. It is drawn once; another model draws what differs from it,
 * and leaves the rest as it stands: the browser then lays out and paints that much less.
 */

import { setAttribute, setFlag, showParts, svg } from "../elements.js";
import { absentBox, boxMarks, boxParts, hopMarks, hopParts } from "./columns.js";
import { group, Stage } from "./drawing.js";
import { answerMarks, answerParts, answerWay, loopArrow, spanShape } from "./lanes.js";
import { answerShapes, packetShapes } from "./packet.js";
import { itemLabel } from "./words.js";

const PARTS = { box: boxParts, hop: hopParts, answer: (stage, round) => answerParts(stage, round) };
const MARKS = {
  box: boxMarks,
  hop: hopMarks,
  answer: (stage, { answer }) => answerMarks(stage, { answer }),
};

export class Picture {
  constructor(frame, id) {
    this.frame = frame;
    const { width, height } = frame;
    this.element = svg("svg", {
      viewBox: `0 0 ${width} ${height}`,
      class: "fv-picture",
      role: "group",
      "aria-describedby": `${id}-keys`,
    });
    this.body = svg("g");
    this.packet = svg("g", { class: "fv-packet", "aria-hidden": "true", visibility: "hidden" });
    this.element.append(new Stage(frame, 0).bands(), this.body, this.packet);
    this.items = new Map();
  }

  show(model, round, changed) {
    this.round = round;
    this.stage = new Stage(this.frame, round.pitch);
    this.items = new Map();
    setAttribute(this.element, "aria-label", `Path of the request ${round.title}`);
    showParts(this.body, [
      ...round.items.map((item) => this.item(item, changed)),
      ...round.boxes.filter((box) => box.absent).map((box) => this.absent(box)),
      ...round.spans.map((span) => this.span(span, changed)),
      ...(model.loop ? [this.loop()] : []),
    ]);
  }

  item(item, changed) {
    return {
      key: item.key,
      data: item.kind,
      make: () =>
        svg(
          "g",
          {
            class: `fv-item fv-${item.kind}`,
            role: "button",
            tabindex: -1,
            "aria-expanded": "false",
            "data-key": item.key,
          },
          svg("title"),
        ),
      fill: (made) => this.fill(made, item, changed),
    };
  }

  fill(made, item, changed) {
    const label = itemLabel(this.round, item);
    if (made.getAttribute("aria-label") !== label) {
      made.setAttribute("aria-label", label);
      made.firstChild.textContent = label;
    }
    this.items.set(item.key, made);
    if (!made.drawn) {
      made.drawn = group();
      made.append(made.drawn);
    }
    const marks = this.marks(item, changed);
    showParts(made.drawn, [...marks, ...PARTS[item.kind](this.stage, this.round, item)]);
  }

  /** Under what they mark. */
  marks(item, changed) {
    return MARKS[item.kind](this.stage, item.kind === "answer" ? this.round : item)
      .filter(([key]) => changed.has(key))
      .map(([key, ...place]) => ({
        key: `mark ${key}`,
        data: String(place),
        make: () => this.stage.mark(...place),
      }));
  }

  absent(box) {
    const data = JSON.stringify(box);
    return { key: `absent ${box.name}`, data, make: () => absentBox(this.stage, box) };
  }

  span(span, changed) {
    const from = this.round.boxes.find((box) => box.x === span.start);
    const marked = changed.has(`TLS from ${from?.name}`);
    const data = JSON.stringify([span, marked]);
    return { key: `span ${span.start}`, data, make: () => spanShape(this.stage, span, marked) };
  }

  loop() {
    const { end, start } = this.round.answer;
    const data = JSON.stringify([start, end, this.stage.pitch]);
    return { key: "loop", data, make: () => loopArrow(this.stage, this.round) };
  }

  /** Show where a person is in it: what is behind, what is now and what is ahead. */
  showPlace(walk, selected) {
    const { items, boxes } = this.round;
    setFlag(this.element, "data-stepping", walk.at >= 0);
    items.forEach((item, place) => {
      const made = this.items.get(item.key);
      const open = item.key === selected;
      setAttribute(made, "data-when", walk.when(place));
      setAttribute(made, "aria-expanded", String(open));
      if (made.classList.contains("fv-selected") !== open)
        made.classList.toggle("fv-selected", open);
      setAttribute(made, "tabindex", place === Math.max(walk.at, 0) ? "0" : "-1");
    });
    for (const made of this.body.children) {
      const { start } = made.dataset;
      if (start !== undefined) {
        const box = boxes.findIndex((one) => String(one.x) === start);
        setAttribute(made, "data-when", walk.when(box * 2 + 1));
      } else if (made.classList.contains("fv-loop")) {
        setAttribute(made, "data-when", walk.when(items.length - 1));
      }
    }
    this.showPacket(walk.item);
  }

  showPacket(item) {
    this.way = null;
    if (!item || item.kind === "box") {
      setAttribute(this.packet, "visibility", "hidden");
      return;
    }
    this.way = this.wayOf(item);
    const shapes =
      item.kind === "hop" ? packetShapes(this.round, item.hop) : answerShapes(this.round.answer);
    this.packet.replaceChildren(...shapes);
    this.packet.setAttribute("visibility", "visible");
    this.movePacket(0.5);
  }

  wayOf(item) {
    if (item.kind === "answer") return answerWay(this.stage, this.round.answer);
    const { start, end } = item.hop;
    return { start, end, y: this.stage.lane("path").middle };
  }

  /** Put the packet on its way: 0 is where it begins, 1 where it ends. */
  movePacket(share) {
    const { start, end, y } = this.way;
    const x = start + (end - start) * share;
    this.packet.setAttribute("transform", `translate(${x.toFixed(1)} ${y})`);
  }
}
