import { createUuid, type Undo } from '@/lib/protocol';

/** Without locks, changes that nobody wrote for this long are taken for a dead tab's, milliseconds. */
export const GRACE_MS = 10_000;

/** Lets tabs know which of them live, so that what a dead one left is sent by another. */
export interface TabPresence {
  /** This tab, for this life of the page. */
  readonly id: string;
  /** Shows that this tab lives and keeps changes; resolves once others can see it. */
  show(): Promise<void>;
  /** Ends that: whatever is still kept may be taken over. */
  hide(): void;
  /**
   * Says which changes nobody cares for any more: of tabs that are gone or, where that can't be known, those that were not
   * written for {@link GRACE_MS}.
   */
  findAbandoned(): Promise<(change: { readonly tab: string; readonly at: number }) => boolean>;
  /** Tells the other tabs that this one keeps changes now; call it once it is shown. Says it once. */
  announce(): void;
  /** Hears of other tabs that begin to keep changes. */
  onAnnounced(listener: (tab: string) => void): Undo;
  /** Calls once that tab is gone. Where that can't be known, never. */
  onGone(tab: string, run: () => void): Undo;
}

/**
 * Makes a tab known by a Web Lock of its id, which ends with the tab however it ends ([OB11]).
 *
 * @param scope Whose tabs; part of the locks' names.
 * @param locks Absent on insecure origins and in old browsers.
 */
export function createTabPresence(scope: string, locks: LockManager | undefined, wallNow: () => number): TabPresence {
  const id = createUuid();
  const nameOf = (tab: string) => `${scope} tab ${tab}`;
  const openChannel = () =>
    typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(`${scope} tabs`);
  let isAnnounced = false;
  let shown: Promise<void> | undefined;
  let end: (() => void) | undefined;
  return {
    id,
    show() {
      if (locks === undefined) return Promise.resolve();
      shown ??= new Promise<void>((resolve) => {
        const held = new Promise<void>((free) => {
          end = free;
        });
        // A page that is being left may be refused a lock; what it writes all the same is adopted by the next one.
        locks
          .request(nameOf(id), () => {
            resolve();
            return held;
          })
          .catch(() => resolve());
      });
      return shown;
    },
    hide() {
      end?.();
      end = shown = undefined;
      isAnnounced = false;
    },
    async findAbandoned() {
      const held = await locks?.query().then(
        (state) => state.held,
        () => undefined,
      );
      if (held === undefined) return ({ at }) => Math.abs(wallNow() - at) > GRACE_MS;
      const living = new Set(held.map(({ name }) => name));
      return ({ tab }) => !living.has(nameOf(tab));
    },
    announce() {
      if (isAnnounced) return;
      isAnnounced = true;
      const channel = openChannel();
      channel?.postMessage(id);
      channel?.close();
    },
    onAnnounced(listener) {
      const channel = openChannel();
      channel?.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (typeof data === 'string' && data !== id) listener(data);
      });
      return () => channel?.close();
    },
    onGone(tab, run) {
      const abort = new AbortController();
      // Shared: all who wait learn of it at once, and the storage lets one of them have each change.
      locks?.request(nameOf(tab), { mode: 'shared', signal: abort.signal }, () => run()).catch(() => {});
      return () => abort.abort();
    },
  };
}
