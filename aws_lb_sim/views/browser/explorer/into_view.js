/*
 * After "Run All Cells" JupyterLab shows the last cell. An explorer that a person has just run
 * comes into view by itself: once in a page, and never against what they did meanwhile.
 */

const ACTS = ["pointerdown", "keydown", "wheel", "touchstart"];
const ONCE = Symbol.for("aws_lb_sim.explorer.shown");

let touched = false;
for (const name of ACTS) {
  const listening = { capture: true, once: true, passive: true };
  const touch = () => {
    touched = true;
  };
  globalThis.addEventListener?.(name, touch, listening);
}

export function bringIntoView(root) {
  if (globalThis[ONCE]) return;
  globalThis[ONCE] = true;
  requestAnimationFrame(() => {
    if (!touched) root.scrollIntoView({ block: "start" });
  });
}
