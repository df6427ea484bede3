import { describe, expect, it } from 'vitest';
import { findCompiler, HOW_TO_INSTALL } from '@/scripts/find-compiler.mjs';

type Machine = NonNullable<Parameters<typeof findCompiler>[0]>;

/** A machine without a compiler, and what was done to it. */
function createMachine(parts: Partial<Machine> = {}): Machine & { readonly done: string[] } {
  const done: string[] = [];
  return {
    done,
    name: 'cc',
    works: () => false,
    canInstall: false,
    install: () => done.push('install'),
    say: (line) => done.push(line),
    ...parts,
  };
}

describe('findCompiler', () => {
  it('takes the one that the build would call', () => {
    const machine = createMachine({ name: 'clang', works: (name) => name === 'clang' });
    expect(findCompiler(machine)).toBe('clang');
    expect(machine.done).toEqual([]);
  });

  it('installs one where it can, and says so', () => {
    let isInstalled = false;
    const machine = createMachine({
      canInstall: true,
      works: () => isInstalled,
      install: () => {
        isInstalled = true;
      },
    });
    expect(findCompiler(machine)).toBe('cc');
    expect(machine.done).toEqual([expect.stringMatching(/installing one/)]);
  });

  it('says what to do where nothing is found and nothing can be installed, or the installation brings nothing', () => {
    expect(() => findCompiler(createMachine())).toThrow(HOW_TO_INSTALL);
    expect(() => findCompiler(createMachine({ canInstall: true }))).toThrow(HOW_TO_INSTALL);
  });
});
