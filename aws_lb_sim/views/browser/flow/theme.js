/* Light or dark: what the host asks for, JupyterLab's theme, its background, the system's. */

const DARK = "(prefers-color-scheme: dark)";

export const matches = (query) => globalThis.matchMedia?.(query).matches ?? false;

/** Keep `data-theme` of an element right; returns what stops it. */
export function watchTheme(root, wanted) {
  const retheme = () => {
    root.dataset.theme = themeOf(root, wanted);
  };
  const scheme = globalThis.matchMedia?.(DARK);
  scheme?.addEventListener?.("change", retheme);
  const watcher = new MutationObserver(retheme);
  watcher.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
  retheme();
  return () => {
    watcher.disconnect();
    scheme?.removeEventListener?.("change", retheme);
  };
}

function themeOf(root, wanted) {
  if (wanted === "light" || wanted === "dark") return wanted;
  const lab = document.body?.dataset.jpThemeLight;
  if (lab) return lab === "false" ? "dark" : "light";
  const shade = getComputedStyle(root).getPropertyValue("--jp-layout-color0").trim();
  if (shade) return isDark(shade) ? "dark" : "light";
  return matches(DARK) ? "dark" : "light";
}

function isDark(colour) {
  const long = /^#(..)(..)(..)/.exec(colour) ?? /^#(.)(.)(.)$/.exec(colour);
  if (!long) return /black/i.test(colour);
  const parts = long.slice(1).map((part) => Number.parseInt(part.padEnd(2, part), 16));
  return parts[0] + parts[1] + parts[2] < 384;
}
