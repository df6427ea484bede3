import { describe, expect, it } from 'vitest';
import { findChromium, HOW_TO_INSTALL } from '@/scripts/find-chromium.mjs';

type Machine = NonNullable<Parameters<typeof findChromium>[0]>;

/** A machine with nothing on it, and what was done to it. */
function createMachine(parts: Partial<Machine> = {}): Machine & { readonly done: string[] } {
  const done: string[] = [];
  return {
    done,
    env: {},
    works: () => true,
    find: () => undefined,
    playwright: () => undefined,
    canInstall: false,
    install: () => done.push('install'),
    say: (line) => done.push(line),
    ...parts,
  };
}

describe('findChromium', () => {
  it('takes CHROMIUM_PATH before anything else', async () => {
    const machine = createMachine({ env: { CHROMIUM_PATH: '/opt/browser' }, find: () => '/usr/bin/chromium' });
    expect(await findChromium(machine)).toBe('/opt/browser');
  });

  it('refuses a CHROMIUM_PATH that does not start instead of quietly taking another', async () => {
    const machine = createMachine({
      env: { CHROMIUM_PATH: '/opt/typo' },
      works: (path) => path !== '/opt/typo',
      find: () => '/usr/bin/chromium',
    });
    await expect(findChromium(machine)).rejects.toThrow('CHROMIUM_PATH is "/opt/typo"');
  });

  it('passes over a system browser that does not start', async () => {
    const machine = createMachine({
      find: (name) => (name === 'chromium-browser' || name === 'google-chrome' ? `/usr/bin/${name}` : undefined),
      works: (path) => path !== '/usr/bin/chromium-browser',
    });
    expect(await findChromium(machine)).toBe('/usr/bin/google-chrome');
  });

  it('falls back to the one that Playwright has downloaded', async () => {
    expect(await findChromium(createMachine({ playwright: () => '/cache/chrome' }))).toBe('/cache/chrome');
  });

  it('passes over a path where Playwright has downloaded nothing', async () => {
    const machine = createMachine({ playwright: () => '/cache/chrome', works: () => false });
    await expect(findChromium(machine)).rejects.toThrow(HOW_TO_INSTALL);
  });

  it('says that it installs, then installs, where it can', async () => {
    const machine = createMachine({ canInstall: true });
    machine.find = () => (machine.done.includes('install') ? '/usr/bin/chromium' : undefined);
    expect(await findChromium(machine)).toBe('/usr/bin/chromium');
    expect(machine.done).toEqual([expect.stringContaining('installing one'), 'install']);
  });

  it('says in one line what to install where it cannot', async () => {
    const machine = createMachine();
    await expect(findChromium(machine)).rejects.toThrow(HOW_TO_INSTALL);
    expect(HOW_TO_INSTALL).not.toContain('\n');
    expect(machine.done).toEqual([]);
  });

  it('says the same when the installation brought nothing', async () => {
    await expect(findChromium(createMachine({ canInstall: true }))).rejects.toThrow(HOW_TO_INSTALL);
  });
});
