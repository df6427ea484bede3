import LibsqlDatabase from 'libsql';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { withCachedStatements } from '@/adapters/sqlite/cached-statements';

function open() {
  const db = new LibsqlDatabase(':memory:');
  const prepare = vi.spyOn(db, 'prepare');
  const cached = withCachedStatements(db);
  onTestFinished(() => cached.close());
  const ask = (number: number) => cached.prepare(`SELECT ${number} AS number`).all([]);
  const preparedFor = (run: () => unknown) => {
    prepare.mockClear();
    run();
    return prepare.mock.calls.length;
  };
  return { cached, ask, preparedFor };
}

describe('cached statements', () => {
  it('[LG43] are prepared once, and of more than 200 the longest unused one once more', () => {
    const { ask, preparedFor } = open();
    const numbers = Array.from({ length: 200 }, (_, number) => number);
    expect(preparedFor(() => numbers.forEach(ask))).toBe(200);
    expect(preparedFor(() => numbers.forEach(ask))).toBe(0);
    expect(ask(0)).toEqual([{ number: 0 }]);
    expect(preparedFor(() => ask(200))).toBe(1);
    expect(preparedFor(() => ask(0))).toBe(0);
    expect(preparedFor(() => ask(1))).toBe(1);
  });

  it('[LG43] are asked for their first row by a second one, which is prepared once as well', () => {
    const { cached, preparedFor } = open();
    const first = () => cached.prepare('SELECT 1 AS number').get([]);
    expect(preparedFor(first)).toBe(2);
    expect(preparedFor(first)).toBe(0);
    expect(first()).toEqual({ number: 1 });
  });
});
