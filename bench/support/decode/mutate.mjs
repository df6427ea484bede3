// @ts-check

/** What is put where something else belongs, as JSON texts: some parse to what no JSON text would be made from. */
const ODD = [
  ...['null', 'true', 'false', '0', '-1', '1.5', '1e999', '9007199254740992', '""', '"x"', '"5"', '[]', '[1]', '{}'],
  ...['"task_update"', '"task.deleted"', '"task.created"', '"task.unheard"', '"toString"', '"__proto__"', '["a",null]'],
  ...['{"id":1}', '{"id":"a","version":"1"}', '{"__proto__":{"id":"a"}}', '{"toString":null}', '"\\ud800"'],
];

const BYTES = ['"', '{', '}', '[', ']', ',', ':', '\\', '0', '-', 'e', 'n', '\u0000', '\ud800', ' '];

/**
 * A frame with one to three faults: a field removed, replaced, doubled or added, or characters changed, so that it may be no
 * JSON any more. Some come out as good as they were.
 * @param {string} frame @param {() => number} random
 */
export function mutate(frame, random) {
  let text = frame;
  for (let faults = 1 + pickIndex(3, random); faults > 0; faults--) {
    text = random() < 0.75 ? mutateField(text, random) : mutateText(text, random);
  }
  return text;
}

/** @param {string} text @param {() => number} random */
function mutateField(text, random) {
  /** @type {{ begin: number, end: number }[]} */
  const fields = [];
  // Fields whose values are no objects or arrays, wherever they stand; and those that are, as a whole.
  for (const match of text.matchAll(/"[A-Za-z_]+":("(?:[^"\\]|\\.)*"|[-\w.+]+|\{[^{}]*\}|\[[^[\]]*\])/g)) {
    fields.push({ begin: match.index, end: match.index + match[0].length });
    if (match[1]?.startsWith('{')) {
      const inner = match.index + match[0].indexOf('{') + 1;
      for (const nested of match[1].slice(1).matchAll(/"[A-Za-z_]+":("(?:[^"\\]|\\.)*"|[-\w.+]+)/g)) {
        fields.push({ begin: inner + nested.index, end: inner + nested.index + nested[0].length });
      }
    }
  }
  const field = fields[pickIndex(fields.length, random)];
  if (field === undefined) return text;
  const before = text.slice(0, field.begin);
  const old = text.slice(field.begin, field.end);
  const after = text.slice(field.end);
  const odd = ODD[pickIndex(ODD.length, random)];
  const name = old.slice(0, old.indexOf(':'));
  const draw = random();
  if (draw < 0.2) return before.endsWith(',') ? before.slice(0, -1) + after : before + after.replace(/^,/, '');
  if (draw < 0.85) return `${before}${name}:${odd}${after}`;
  if (draw < 0.95) return `${before}${old},${name}:${odd}${after}`;
  return `${before}"extra":${odd},${old}${after}`;
}

/** @param {string} text @param {() => number} random */
function mutateText(text, random) {
  const at = pickIndex(text.length, random);
  const byte = BYTES[pickIndex(BYTES.length, random)];
  const draw = random();
  if (draw < 0.4) return text.slice(0, at) + byte + text.slice(at + 1);
  if (draw < 0.6) return text.slice(0, at) + text.slice(at + 1);
  if (draw < 0.8) return text.slice(0, at) + byte + text.slice(at);
  if (draw < 0.9) return text.slice(0, at);
  return text.slice(0, at) + text.slice(at >> 1);
}

/** @param {number} length @param {() => number} random */
function pickIndex(length, random) {
  return Math.floor(random() * length);
}
