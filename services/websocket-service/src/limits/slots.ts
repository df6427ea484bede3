import type { Undo } from '@/ports/clock';

/** Counts holders per key and refuses beyond a maximum. */
export interface Slots {
  /** Takes one; `undefined` when all of the key's are taken. @returns gives it back. */
  take(key: string): Undo | undefined;
}

/** Makes `max` slots for every key. */
export function createSlots(max: number): Slots {
  const taken = new Map<string, number>();
  return {
    take(key) {
      const count = taken.get(key) ?? 0;
      if (count >= max) return undefined;
      taken.set(key, count + 1);
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        const left = (taken.get(key) ?? 1) - 1;
        if (left > 0) taken.set(key, left);
        else taken.delete(key);
      };
    },
  };
}
