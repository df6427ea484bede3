import type { Undo } from '@/lib/protocol/connection-source';

/** How often the wall clock is compared with its last reading, milliseconds. */
export const CLOCK_WATCH_MS = 2_000;

/** A reading later than expected by more than this many milliseconds means that the machine or the page slept. */
export const CLOCK_JUMP_MS = 30_000;

/**
 * Calls whenever the page may have come back ([HB5]): `focus`, `pageshow` and `online` of the window, `resume` and a
 * `visibilitychange` to visible of the document, or a jump of the wall clock where none of these fires. A hint, never a
 * fact: the listener has to find out. Works, with fewer sources, in workers and outside browsers.
 */
export function onBrowserWake(listener: () => void): Undo {
  const undos: Undo[] = [];
  const listen = (target: Partial<EventTarget> | undefined, names: string[]) => {
    for (const name of names) {
      target?.addEventListener?.(name, wake);
      undos.push(() => target?.removeEventListener?.(name, wake));
    }
  };
  const page = typeof document === 'undefined' ? undefined : document;
  const wake = (event: Event) => {
    if (event.type !== 'visibilitychange' || page?.visibilityState === 'visible') listener();
  };
  listen(globalThis as Partial<EventTarget>, ['focus', 'pageshow', 'online']);
  listen(page, ['visibilitychange', 'resume']);

  let last = Date.now();
  const watch = setInterval(() => {
    const wall = Date.now();
    const jumped = wall - last > CLOCK_WATCH_MS + CLOCK_JUMP_MS;
    last = wall;
    if (jumped) listener();
  }, CLOCK_WATCH_MS);
  undos.push(() => clearInterval(watch));
  return () => {
    for (const undo of undos.splice(0)) undo();
  };
}
