/*
 * Where a person is in a model: in which request, at which part of its way. No page in here.
 */

import { loopStart } from "./model.js";

/** A person has seen that it never ends; a browser too gives up about here. */
const MOST_LAPS = 20;

export class Walk {
  constructor() {
    this.model = null;
    this.number = 0;
    this.overview();
  }

  /** Take another model: in the same request, where there is one, and seen as a whole. */
  take(model) {
    this.model = model;
    this.number = Math.min(this.number, model.rounds.length - 1);
    this.overview();
  }

  get round() {
    return this.model.rounds[this.number];
  }

  get item() {
    return this.round.items[this.at];
  }

  /** The whole picture: no part of it is now. */
  overview() {
    this.at = -1;
    this.laps = this.number;
  }

  goTo(number) {
    this.number = number;
    this.overview();
  }

  /** Whether nothing comes after this. */
  isOver() {
    const { rounds, loop } = this.model;
    const last = this.at === this.round.items.length - 1 && this.number === rounds.length - 1;
    return last && !loop;
  }

  /** Go one step on or back: "moved", "entered" another request, or null where it ends. */
  step(way) {
    const next = this.at + way;
    if (next >= this.round.items.length) return this.nextRound();
    if (next < 0) return this.previousRound();
    this.at = next;
    return "moved";
  }

  nextRound() {
    const { rounds, loop } = this.model;
    const last = this.number === rounds.length - 1;
    if (last && !(loop && this.laps + 1 < MOST_LAPS)) return null;
    this.laps += 1;
    return this.enter(last ? loopStart(rounds) : this.number + 1, 0);
  }

  previousRound() {
    if (this.number === 0 || this.at < 0) return null;
    this.laps -= 1;
    return this.enter(this.number - 1, this.model.rounds[this.number - 1].items.length - 1);
  }

  enter(number, place) {
    this.number = number;
    this.at = place;
    return "entered";
  }

  /** Begin anew at the very first step. */
  restart() {
    this.laps = 0;
    return this.enter(0, 0);
  }

  when(place) {
    if (this.at < 0 || place < this.at) return "done";
    return place === this.at ? "now" : "ahead";
  }
}
