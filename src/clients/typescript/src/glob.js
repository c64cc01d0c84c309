const compiled = new Map();

/** Whether the whole name matches the glob of a pause rule: `*`, `?`, `[a-z]`, `[!a-z]`, `{a,b}`, case-sensitive. */
export function matches(glob, name) {
  let pattern = compiled.get(glob);
  if (pattern === undefined) {
    if (compiled.size > 1000) {
      compiled.clear();
    }
    compiled.set(glob, (pattern = compile(glob)));
  }
  return pattern.test(name);
}

function compile(glob) {
  const chars = [...glob];
  let out = "";
  let depth = 0;
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i];
    const end = char === "[" ? chars.indexOf("]", i + 2) : -1;
    if (char === "*") out += ".*";
    else if (char === "?") out += ".";
    else if (char === "\\" && i + 1 < chars.length) out += literal(chars[++i]);
    else if (end > 0) {
      const inner = chars.slice(i + 1, end).join("").replace(/[\\[]/g, "\\$&");
      out += `[${/^[!^]/.test(inner) ? "^" + inner.slice(1) : inner}]`;
      i = end;
    } else if (char === "{") {
      depth++;
      out += "(?:";
    } else if (char === "}" && depth > 0) {
      depth--;
      out += ")";
    } else if (char === "," && depth > 0) out += "|";
    else out += literal(char);
  }
  return new RegExp(`^${out}${")".repeat(depth)}$`, "su");
}

function literal(char) {
  return char.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
