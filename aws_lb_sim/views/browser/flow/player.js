/* Playing: one step after the other, and the packet moving in between. */

const TRAVEL_TIME = 900;
const BOX_TIME = 1300;

export class Player {
  /**
   * @param view  what is played: `isTravel()`, whether the packet moves now; `move(share)`;
   *              `next()`, false at the end; `showPlaying(playing)`; `reduced()`.
   */
  constructor(view) {
    this.view = view;
    this.speed = 1;
  }

  get playing() {
    return this.timer !== undefined;
  }

  run() {
    this.view.showPlaying(true);
    const travels = this.view.isTravel();
    const still = this.view.reduced();
    const time = (travels && !still ? TRAVEL_TIME : BOX_TIME) / this.speed;
    if (travels && !still) this.travel(time);
    this.timer = setTimeout(() => {
      // Its last frame may come late: then there is nothing any more that it could move.
      cancelAnimationFrame(this.motion);
      if (this.view.next()) this.run();
      else this.pause();
    }, time);
  }

  travel(time) {
    const begun = performance.now();
    const move = (now) => {
      const part = Math.min(Math.max((now - begun) / time, 0), 1);
      this.view.move(part < 0.5 ? 2 * part * part : 1 - (2 - 2 * part) ** 2 / 2);
      if (part < 1) this.motion = requestAnimationFrame(move);
    };
    this.view.move(0);
    this.motion = requestAnimationFrame(move);
  }

  pause() {
    if (!this.playing) return;
    clearTimeout(this.timer);
    cancelAnimationFrame(this.motion);
    this.timer = undefined;
    this.view.showPlaying(false);
  }
}
