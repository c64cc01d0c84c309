/** JSON to the letter: raw slices of a text, decoded only when somebody asks for the value. */

const QUOTE = 34;
const BACKSLASH = 92;

/** The raw parts of the value that is being encoded; encoding is synchronous. */
let collecting = null;

export class Json {
  constructor(text) {
    this.text = text;
  }

  get value() {
    return JSON.parse(this.text);
  }

  members() {
    return new Map(isA(this.text, "{") ? members(this.text).map(([name, text]) => [name, new Json(text)]) : []);
  }

  items() {
    return isA(this.text, "[") ? items(this.text).map((text) => new Json(text)) : [];
  }

  toString() {
    return this.text;
  }

  toJSON() {
    if (collecting === null) {
      return this.value;
    }
    collecting.push(this.text);
    return `\ue000zart-raw-${collecting.length - 1}\ue000`;
  }
}

/** JSON text of a value; a `Json` or a `bigint` anywhere in it goes in to the letter; undefined is null. */
export function encode(value) {
  if (value instanceof Json) {
    return value.text;
  }
  const before = collecting;
  const raw = (collecting = []);
  let text;
  try {
    text = JSON.stringify(value) ?? "null";
  } catch (error) {
    if (!(error instanceof TypeError) || !/BigInt/.test(error.message)) {
      throw error;
    }
    raw.length = 0;
    const big = (key, part) => (typeof part === "bigint" ? new Json(String(part)).toJSON() : part);
    text = JSON.stringify(value, big) ?? "null";
  } finally {
    collecting = before;
  }
  if (raw.length === 0) {
    return text;
  }
  // Marks are met in the order in which they were made: a string of the value that looks like one is left alone.
  let met = 0;
  return text.replace(/"\ue000zart-raw-(\d+)\ue000"/g, (mark, index) => (Number(index) === met && met < raw.length ? raw[met++] : mark));
}

/** Names of an object with the raw text of each value, in order. */
export function members(text) {
  const found = [];
  let at = skipSpace(text, skipSpace(text, 0) + 1);
  while (text[at] !== "}") {
    const nameEnd = endOfString(text, at);
    const name = JSON.parse(text.slice(at, nameEnd));
    at = skipSpace(text, skipSpace(text, nameEnd) + 1);
    const end = endOf(text, at);
    found.push([name, text.slice(at, end)]);
    at = skipSpace(text, end);
    if (text[at] === ",") {
      at = skipSpace(text, at + 1);
    }
  }
  return found;
}

/** The raw text of each item of an array. */
export function items(text) {
  const found = [];
  let at = skipSpace(text, skipSpace(text, 0) + 1);
  while (text[at] !== "]") {
    const end = endOf(text, at);
    found.push(text.slice(at, end));
    at = skipSpace(text, end);
    if (text[at] === ",") {
      at = skipSpace(text, at + 1);
    }
  }
  return found;
}

function isA(text, bracket) {
  return text[skipSpace(text, 0)] === bracket;
}

function skipSpace(text, at) {
  while (text.charCodeAt(at) <= 32) {
    at++;
  }
  if (at >= text.length) {
    throw new SyntaxError("JSON text ends too early");
  }
  return at;
}

function endOfString(text, at) {
  for (let end = text.indexOf('"', at + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) {
      slashes++;
    }
    if (slashes % 2 === 0) {
      return end + 1;
    }
  }
  throw new SyntaxError("JSON text ends too early");
}

/** Where the value that begins there ends. */
function endOf(text, at) {
  const first = text[at];
  if (first === '"') {
    return endOfString(text, at);
  }
  if (first !== "{" && first !== "[") {
    let end = at;
    while (end < text.length && !",]} \t\r\n".includes(text[end])) {
      end++;
    }
    return end;
  }
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) {
      i = endOfString(text, i) - 1;
    } else if (code === 123 || code === 91) {
      depth++;
    } else if ((code === 125 || code === 93) && --depth === 0) {
      return i + 1;
    }
  }
  throw new SyntaxError("JSON text ends too early");
}
