import { type Environment, textOf } from './environment';

/** At most `count` at once, and `count` more in each `perMs` after that. */
export interface Rate {
  /** Infinity: no limit. */
  readonly count: number;
  /** Milliseconds. */
  readonly perMs: number;
}

/** A variable such as `600/10s`, at most 600 in ten seconds, or `off`. */
export function readRate(env: Environment, name: string, fallback: Rate, faults: string[]): Rate {
  const text = textOf(env, name);
  if (text === undefined) return fallback;
  if (text === 'off') return { count: Number.POSITIVE_INFINITY, perMs: fallback.perMs };
  const [, count = '0', seconds = '0'] = /^(\d{1,9})\/(\d{1,5})s$/.exec(text) ?? [];
  if (Number(count) > 0 && Number(seconds) > 0) return { count: Number(count), perMs: Number(seconds) * 1000 };
  faults.push(`${name} is "${text}": set it to how many in how many seconds, such as 600/10s, or to off.`);
  return fallback;
}

/** A variable that is a number from 1 up. */
export function readCount(env: Environment, name: string, fallback: number, faults: string[]): number {
  const text = textOf(env, name);
  if (text === undefined) return fallback;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  faults.push(`${name} is "${text}": set it to a number from 1 to 999999999.`);
  return fallback;
}
