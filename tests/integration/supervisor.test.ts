import { constants } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { exitCode } from '@/scripts/lib/process-tree.mjs';
import { createSupervisor } from '@/scripts/lib/supervisor.mjs';

/** Stays until it is told to go. */
const STAY = 'process.on("SIGTERM", () => process.exit(0)); setInterval(() => {}, 1000); console.log("up");';

/** Starts a process that ignores requests, says its id, and stays itself. */
const PARENT = `
const child = require('child_process').spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log("up")'], { stdio: ['ignore', 'pipe', 'ignore'] });
child.stdout.once('data', () => console.log('grandchild ' + child.pid));
setInterval(() => {}, 1000);`;

const supervisors: ReturnType<typeof createSupervisor>[] = [];

afterEach(async () => {
  for (const supervisor of supervisors.splice(0)) {
    supervisor.stop('the test is over');
    await supervisor.ended;
  }
});

function supervise(graceMs = 5_000) {
  const lines: string[] = [];
  const supervisor = createSupervisor({ write: (line) => lines.push(line), graceMs });
  supervisors.push(supervisor);
  const start = (name: string, code: string) => supervisor.start(name, ['-e', code], { ...process.env });
  return { supervisor, lines, start };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('createSupervisor', () => {
  it('puts each process’s name before its lines', async () => {
    const { supervisor, lines, start } = supervise();
    start('one', 'console.log("a\\nb"); console.error("c")');
    await supervisor.ended;
    await vi.waitFor(() => expect([...lines].sort()).toEqual(['[one] a', '[one] b', '[one] c']));
  });

  it('ends all when one ends, and reports that one with its exit code', async () => {
    const { supervisor, lines, start } = supervise();
    const other = start('other', STAY);
    await vi.waitFor(() => expect(lines).toContain('[other] up'), { timeout: 10_000 });
    start('one', 'process.exit(7)');
    expect(await supervisor.ended).toMatchObject({ code: 7, name: 'one', reason: 'one ended with exit code 7' });
    expect(other.exitCode).toBe(0);
  });

  it('ends what the processes started, even if that ignores the request', async () => {
    const { supervisor, lines, start } = supervise(200);
    start('parent', PARENT);
    await vi.waitFor(() => expect(lines.some((line) => line.includes('grandchild'))).toBe(true), { timeout: 10_000 });
    const grandchild = Number(/grandchild (\d+)/.exec(lines.join('\n'))?.[1]);
    expect(isAlive(grandchild)).toBe(true);
    supervisor.stop('enough');
    expect(await supervisor.ended).toEqual({ code: 0, reason: 'enough' });
    await vi.waitFor(() => expect(isAlive(grandchild)).toBe(false), { timeout: 10_000 });
  });

  it('kills at once when it is asked twice', async () => {
    const { supervisor, lines, start } = supervise(60_000);
    start('deaf', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log("up")');
    await vi.waitFor(() => expect(lines).toContain('[deaf] up'), { timeout: 10_000 });
    supervisor.stop('please');
    supervisor.stop('now');
    await supervisor.ended;
  });

  it('passes a death by signal on as a shell would', () => {
    expect(exitCode(null, 'SIGKILL')).toBe(128 + constants.signals.SIGKILL);
    expect(exitCode(3, null)).toBe(3);
  });
});
