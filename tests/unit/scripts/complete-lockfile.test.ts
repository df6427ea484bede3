import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { missingEntries } from '@/scripts/complete-lockfile.mjs';

describe('the lock file', () => {
  it('holds the binaries of every platform, so that npm ci works on all of them', () => {
    for (const file of ['package-lock.json', 'bench/package-lock.json']) {
      expect(
        missingEntries(JSON.parse(readFileSync(file, 'utf8')).packages),
        `run: node scripts/complete-lockfile.mjs`,
      ).toEqual({});
    }
  });

  it('is completed from the names of the packages that are missing', () => {
    const packages = {
      'node_modules/tool': {
        dev: true,
        optionalDependencies: { '@tool/linux-x64-musl': '1.2.3', '@tool/win32-x64-msvc': '1.2.3', '@tool/known': '1' },
      },
      'node_modules/@tool/known': { version: '1.0.0' },
    };
    expect(missingEntries(packages)).toEqual({
      'node_modules/@tool/linux-x64-musl': {
        version: '1.2.3',
        dev: true,
        optional: true,
        cpu: ['x64'],
        libc: ['musl'],
        os: ['linux'],
      },
      'node_modules/@tool/win32-x64-msvc': { version: '1.2.3', dev: true, optional: true, cpu: ['x64'], os: ['win32'] },
    });
  });

  it('is not guessed: a range or a name without a platform needs a person', () => {
    const asks = (name: string, version: string) => ({ a: { optionalDependencies: { [name]: version } } });
    expect(() => missingEntries(asks('@tool/linux-x64', '^1.0.0'))).toThrow('exact version');
    expect(() => missingEntries(asks('left-pad', '1.0.0'))).toThrow('names no platform');
  });
});
