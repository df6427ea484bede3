import { describe, expect, it } from 'vitest';
import { findPostgres, HOW_TO_INSTALL } from '@/scripts/find-postgres.mjs';

type Machine = NonNullable<Parameters<typeof findPostgres>[0]>;

/** A machine with nothing on it, and what was done to it. */
function createMachine(parts: Partial<Machine> = {}): Machine & { readonly done: string[] } {
  const done: string[] = [];
  return {
    done,
    path: ['/usr/bin'],
    versions: () => [],
    works: (folder) => folder.startsWith('/usr/lib/postgresql'),
    canInstall: false,
    install: () => done.push('install'),
    say: (line) => done.push(line),
    ...parts,
  };
}

describe('findPostgres', () => {
  it('takes the one in PATH before anything else', () => {
    expect(findPostgres(createMachine({ works: () => true, versions: () => ['15'] }))).toBe('/usr/bin');
  });

  it('takes the newest of Debian’s, by number', () => {
    const machine = createMachine({ versions: () => ['9', '16', '15'] });
    expect(findPostgres(machine)).toBe('/usr/lib/postgresql/16/bin');
    expect(machine.done).toEqual([]);
  });

  it('installs one where it can, and says so', () => {
    const versions: string[] = [];
    const machine = createMachine({ canInstall: true, versions: () => versions, install: () => versions.push('17') });
    expect(findPostgres(machine)).toBe('/usr/lib/postgresql/17/bin');
    expect(machine.done).toEqual([expect.stringMatching(/installing one/)]);
  });

  it('says what to do where nothing is found and nothing can be installed, or the installation brings nothing', () => {
    expect(() => findPostgres(createMachine())).toThrow(HOW_TO_INSTALL);
    expect(() => findPostgres(createMachine({ canInstall: true }))).toThrow(HOW_TO_INSTALL);
  });
});
