import { SUBPROTOCOL, type Undo } from '@/lib/protocol';
import { listen } from '@/lib/websocket/listen';

/** Knows whether a person looks at this tab, and what their other tabs have told them. */
export interface Attention {
  isHidden(): boolean;
  /** Called when the tab comes to light. */
  onShow(listener: () => void): Undo;
  /** Tells the other tabs which events the person has been told of here. */
  tell(eventIds: readonly string[]): void;
  /** Hears the same of the other tabs. */
  onTold(listener: (eventIds: readonly string[]) => void): Undo;
  /** Ends hearing and telling. */
  close(): void;
}

/** The browser's means: the page's visibility, and a BroadcastChannel of one user and protocol where there are any. */
export function browserAttention(userId: string): Attention {
  const name = `${SUBPROTOCOL} told ${encodeURIComponent(userId)}`;
  const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(name);
  const undos = new Set<Undo>();
  return {
    isHidden: () => document.hidden,
    onShow(listener) {
      const undo = listen(document, ['visibilitychange'], () => {
        if (!document.hidden) listener();
      });
      undos.add(undo);
      return undo;
    },
    tell: (eventIds) => channel?.postMessage(eventIds),
    onTold(listener) {
      const hear = ({ data }: MessageEvent<unknown>) => {
        if (Array.isArray(data)) listener(data.filter((id): id is string => typeof id === 'string'));
      };
      channel?.addEventListener('message', hear);
      return () => channel?.removeEventListener('message', hear);
    },
    close() {
      for (const undo of undos) undo();
      channel?.close();
    },
  };
}
