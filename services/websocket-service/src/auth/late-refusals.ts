import type { Clock } from '@/ports/clock';
import { InvalidToken, type VerifyToken } from '@/ports/identity';

/** Waits before a refusal is told. */
export type Hesitate = () => Promise<void>;

/** Makes the wait that comes before a refusal of bad credentials; none when `delayMs` is 0. */
export function createHesitation(clock: Clock, delayMs: number): Hesitate {
  return () => (delayMs === 0 ? Promise.resolve() : new Promise((resolve) => clock.after(delayMs, resolve)));
}

/** The same verification, which takes its time to refuse: so guessing is slow, and a client in a loop hammers nobody ([AU41]). */
export function refuseLate(verify: VerifyToken, hesitate: Hesitate): VerifyToken {
  return async (token) => {
    try {
      return await verify(token);
    } catch (error) {
      if (error instanceof InvalidToken) await hesitate();
      throw error;
    }
  };
}
