import type { Undo } from '@/lib/protocol/connection-source';
import { listen } from './listen';

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
  const page = globalThis.document;
  const wake = (event: Event) => {
    if (event.type !== 'visibilitychange' || !page.hidden) listener();
  };
  const leaveWindow = listen(globalThis, ['focus', 'pageshow', 'online'], wake);
  const leavePage = listen(page, ['visibilitychange', 'resume'], wake);
  let last = Date.now();
  const watch = setInterval(() => {
    const expected = last + CLOCK_WATCH_MS;
    last = Date.now();
    if (last - expected > CLOCK_JUMP_MS) listener();
  }, CLOCK_WATCH_MS);
  return () => {
    leaveWindow();
    leavePage();
    clearInterval(watch);
  };
}
