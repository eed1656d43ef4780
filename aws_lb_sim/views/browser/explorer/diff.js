/* Which lines of a text changed, as [sign, text]: " " stays, "+" is new, "−" is gone. */

const linesOf = (text) => (text ?? "").replace(/\n$/, "").split("\n");

/** A text's lines, none of which changed. */
export const unchanged = (text) => linesOf(text).map((line) => [" ", line]);

/** The changes of a file between two states of the bundle; null where it stayed the same. */
export function changesOf(before, now, name) {
  if (before[name] === now[name]) return null;
  if (before[name] === undefined) return linesOf(now[name]).map((line) => ["+", line]);
  return lineChanges(before[name], now[name]);
}

export function lineChanges(before, after) {
  const [old, now] = [linesOf(before), linesOf(after)];
  let top = 0;
  while (top < old.length && top < now.length && old[top] === now[top]) top += 1;
  let tail = 0;
  const room = Math.min(old.length, now.length) - top;
  while (tail < room && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  const same = (lines) => lines.map((text) => [" ", text]);
  return [
    ...same(now.slice(0, top)),
    ...middleChanges(old.slice(top, old.length - tail), now.slice(top, now.length - tail)),
    ...same(now.slice(now.length - tail)),
  ];
}

/** The shortest way from one list of lines to another: by a longest common subsequence. */
function middleChanges(old, now) {
  const rest = Array.from({ length: old.length + 1 }, () => new Uint16Array(now.length + 1));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      rest[i][j] =
        old[i] === now[j] ? rest[i + 1][j + 1] + 1 : Math.max(rest[i + 1][j], rest[i][j + 1]);
    }
  }
  const found = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      found.push([" ", now[j]]);
      i += 1;
      j += 1;
    } else if (j >= now.length || (i < old.length && rest[i + 1][j] >= rest[i][j + 1])) {
      found.push(["−", old[i]]);
      i += 1;
    } else {
      found.push(["+", now[j]]);
      j += 1;
    }
  }
  return found;
}
