/* Signs that stand beside colours: colour alone never says what something means. */

export const SIGNS = { good: "✓", bad: "✗", caution: "!", neutral: "–" };
export const STEP_SIGNS = {
  added: "+",
  removed: "−",
  rewritten: "~",
  kept: "=",
  ignored: "○",
  encrypted: "▣",
  decrypted: "▢",
  passed: "→",
  believed: "◉",
  matched: "›",
  answered: "←",
  refused: "✗",
};
export const LEGEND = [
  ["tls", "▬", "encrypted"],
  ["quiet", "┄", "cleartext"],
  ["proxy", "▭", "PROXY header"],
  ["added", "+", "header added"],
  ["rewritten", "~", "rewritten"],
  ["removed", "−", "removed"],
  ["sent", "•", "sent by the client"],
  ["good", "✓", "right"],
  ["bad", "✗", "wrong or failed"],
  ["changed", "◆", "changed by the last choice"],
];
