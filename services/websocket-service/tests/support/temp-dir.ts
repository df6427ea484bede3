import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A directory that lasts as long as the running test. */
export function createTempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'taskwire-service-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
