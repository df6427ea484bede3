/** Environment variables as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

const LAST_PORT = 65_535;

/** The value of a variable without the blanks around it; an empty one counts as unset. */
export function textOf(env: Environment, name: string): string | undefined {
  const text = env[name]?.trim();
  return text === '' ? undefined : text;
}

/** A variable that is `true` or `false`. */
export function readFlag(env: Environment, name: string, fallback: boolean, faults: string[]): boolean {
  const text = textOf(env, name);
  if (text === undefined) return fallback;
  if (text === 'true' || text === 'false') return text === 'true';
  faults.push(`${name} is "${text}": set it to true or false.`);
  return fallback;
}

/** A variable that is a port; 0 takes any free one. */
export function readPort(env: Environment, name: string, fallback: number, faults: string[]): number {
  const text = textOf(env, name);
  if (text === undefined) return fallback;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= LAST_PORT) return port;
  faults.push(`${name} is "${text}": set it to a number from 1 to ${LAST_PORT}, or to 0 for any free port.`);
  return fallback;
}

/** A variable that holds several values with commas between them; empty ones are left out. */
export function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
