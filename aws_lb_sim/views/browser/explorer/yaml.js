/* YAML for the eye. */

/** A line of YAML in parts: [kind, text], where kinds are key, text and comment. */
export function yamlParts(line) {
  const comment = /^\s*#/.test(line);
  if (comment) return [["comment", line]];
  const found = /^(\s*(?:- )*)("[^"]*"|[^\s:"#][^:]*|[^\s:"#]+:[^\s]*)(:)(\s.*|$)/.exec(line);
  if (!found) return [["text", line]];
  return [
    ["", found[1]],
    ["key", found[2] + found[3]],
    ["text", found[4]],
  ];
}
