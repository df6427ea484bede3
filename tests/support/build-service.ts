import { buildService } from '@/scripts/lib/parts.mjs';

/** Vitest's global setup: what the tests start is built from the sources that they stand beside. */
export async function setup(): Promise<void> {
  const code = await buildService();
  if (code !== 0) throw new Error(`Building the service ended with exit code ${code}.`);
}
