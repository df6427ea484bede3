import type { Undo } from '@/ports/clock';

/** Takes bytes from a budget; resolves when there is room, in the order of asking. @returns gives them back. */
export type ByteBudget = (bytes: number) => Promise<Undo>;

/** Makes a budget of `maxBytes`. Who asks for more than the whole budget gets it when nobody else has any. */
export function createByteBudget(maxBytes: number): ByteBudget {
  const waiting: { readonly bytes: number; readonly start: () => void }[] = [];
  let taken = 0;

  const admit = (): void => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      if (taken > 0 && taken + next.bytes > maxBytes) return;
      waiting.shift();
      taken += next.bytes;
      next.start();
    }
  };

  return (bytes) =>
    new Promise((resolve) => {
      let isTaken = true;
      const giveBack = (): void => {
        if (!isTaken) return;
        isTaken = false;
        taken -= bytes;
        admit();
      };
      waiting.push({ bytes, start: () => resolve(giveBack) });
      admit();
    });
}
