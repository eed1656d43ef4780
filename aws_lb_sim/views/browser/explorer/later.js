/* What can wait, so that a click is painted first. */

export const whenIdle = globalThis.requestIdleCallback ?? ((act) => setTimeout(act, 50));

export const afterPaint = (act) => requestAnimationFrame(() => setTimeout(act, 0));
