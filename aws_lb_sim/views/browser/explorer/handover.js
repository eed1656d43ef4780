/* What leaves the page: files and texts. */

import { html } from "../elements.js";

/** Hand a file to the browser: from memory, so that it works wherever the page came from. */
export function download(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = html("a", { href: address, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

/** Put a text on the clipboard; where the browser has none for us, by its old way. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = html("textarea", { "aria-hidden": "true", class: "ex-offscreen" });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) throw new Error("the browser does not let this page copy: select and copy by hand");
  }
}
