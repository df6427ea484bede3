/** Stands for a part of a frame that is no JSON. */
export const NOT_JSON = Symbol('not JSON');

/**
 * The values of a frame: a text is parsed, as a whole or else line by line, since some servers join several messages by
 * newlines ([DI8]); anything else is one value already. A line that is no JSON is a bare `ping` or `pong`, or {@link NOT_JSON}.
 */
export function frameValues(frame: unknown): readonly unknown[] {
  if (typeof frame !== 'string') return [frame];
  const whole = parseText(frame);
  if (whole !== NOT_JSON) return [whole];
  return frame.split('\n').flatMap((line) => (line.trim() === '' ? [] : [parseText(line)]));
}

/** The value of a JSON text, a bare `ping` or `pong` as a string, else {@link NOT_JSON}. */
export function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const bare = text.trim().toLowerCase();
    return bare === 'ping' || bare === 'pong' ? bare : NOT_JSON;
  }
}
