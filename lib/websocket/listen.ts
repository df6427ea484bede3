import type { Undo } from '@/lib/protocol/connection-source';

/**
 * Listens to several events of one target; nothing where there is no such target. Without an `AbortSignal`: a document that
 * a test made knows none but its own ([HB5]).
 */
export function listen(
  target: Partial<EventTarget> | undefined,
  names: string[],
  listener: (event: Event) => void,
): Undo {
  for (const name of names) target?.addEventListener?.(name, listener);
  return () => {
    for (const name of names) target?.removeEventListener?.(name, listener);
  };
}
