import { describe, expect, it } from 'vitest';
import { CloseCode } from '@/lib/protocol';
import { type Decision, decide, type Failure, type FailureHistory } from '@/lib/websocket';

const FIRST: FailureHistory = { failures: 0, renewed: false, slow: false };

const closed = (code: number, opened = true): Failure => ({ kind: 'closed', code, opened, detail: '' });
const brief = ({ action, reason, atOnce, fresh }: Decision) =>
  [action, reason, atOnce && 'at once', fresh && 'fresh token'].filter(Boolean).join(', ');

describe('close policy', () => {
  it('[BO5] decides every code of the protocol', () => {
    const table = Object.values(CloseCode).map((code) => `${code}: ${brief(decide(closed(code), FIRST))}`);
    expect(table).toMatchInlineSnapshot(`
      [
        "1000: retry",
        "1001: retry",
        "1002: stop, protocol",
        "1003: stop, protocol",
        "1005: retry",
        "1006: retry",
        "1007: stop, protocol",
        "1008: reauthenticate",
        "1009: stop, protocol",
        "1011: retry",
        "1012: retry",
        "1013: retry",
        "4001: reauthenticate",
        "4400: stop, protocol",
        "4401: reauthenticate",
        "4403: stop, forbidden",
        "4408: retry",
        "4410: retry, at once",
        "4429: retry",
      ]
    `);
  });

  it.each([3000, 4000, 4999, 1014, 0, Number.NaN])('[BO5] retries a code that nobody knows: %d', (code) => {
    expect(brief(decide(closed(code), FIRST))).toBe('retry');
  });

  it('[BO5] decides what is no close', () => {
    const kinds = ['token', 'timeout', 'unusable'] as const;
    expect(kinds.map((kind) => brief(decide({ kind, detail: '' }, FIRST)))).toEqual([
      'retry, fresh token',
      'retry, fresh token',
      'stop, protocol',
    ]);
  });

  it.each([
    [true, 'retry, at once'],
    [false, 'retry'],
  ])('[HB10] replaces a silent socket at once only after a wake: %s', (woke, decision) => {
    expect(brief(decide({ kind: 'silent', woke, detail: '' }, FIRST))).toBe(decision);
  });

  it('[BO5] backs off when a connection is found dead that had not lasted', () => {
    expect(brief(decide({ kind: 'silent', woke: true, detail: '' }, { ...FIRST, failures: 1 }))).toBe('retry');
  });

  it('[BO10] wants a fresh token after a handshake that failed before opening', () => {
    expect(brief(decide(closed(1006, false), FIRST))).toBe('retry, fresh token');
    expect(brief(decide(closed(1006, true), FIRST))).toBe('retry');
  });

  it.each([1008, 4001, 4401])('[BO8] stops at the second refusal: %d', (code) => {
    expect(brief(decide(closed(code), FIRST))).toBe('reauthenticate');
    expect(brief(decide(closed(code), { ...FIRST, renewed: true }))).toBe('stop, needs-auth');
  });

  it('[BO12] backs off at the second 4410', () => {
    expect(brief(decide(closed(4410), { ...FIRST, slow: true }))).toBe('retry');
  });

  it('[BO4] hands advice on', () => {
    const advice = { retryAfterMs: 5, spreadMs: 7 };
    expect(decide({ kind: 'closed', code: 1012, opened: true, advice, detail: '' }, FIRST)).toMatchObject({ advice });
  });
});
