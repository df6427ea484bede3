import { expect } from 'vitest';

/** How long sockets may take to come and go, milliseconds. */
const PATIENCE_MS = 40_000;

/** How many sockets stand at a service, as it counts them itself. */
export async function countServerSockets(serviceUrl: string): Promise<number> {
  const answer = await fetch(`${serviceUrl}/api/v1/ws/stats`);
  return ((await answer.json()) as { readonly client_count: number }).client_count;
}

/** Settles when so many sockets stand at a service. */
export async function expectServerSockets(serviceUrl: string, count: number): Promise<void> {
  await expect.poll(() => countServerSockets(serviceUrl), { timeout: PATIENCE_MS, interval: 50 }).toBe(count);
}
