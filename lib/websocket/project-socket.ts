import type { ConnectionState, Undo } from '@/lib/protocol/connection-source';
import type { SourcePort } from './source-port';

/** What a {@link ProjectSocket} tells; `data` is the text of one message. */
export interface ProjectMessageEvent {
  readonly data: string;
}

/** Who hears the messages of each shared connection, before any dialect reads them. */
const hearers = new Map<string, Set<(value: unknown) => void>>();

/**
 * As much of a `WebSocket` as seed 003's components use, over a connection that comes back by itself. Handlers survive every
 * reconnection; `onmessage` hears one message at a time, also where a frame held several.
 */
export class ProjectSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: ProjectMessageEvent) => void) | null = null;
  onclose: (() => void) | null = null;
  #isOpen = false;

  /** @param key Of the shared connection. */
  constructor(
    readonly key: string,
    readonly port: Pick<SourcePort, 'connect' | 'disconnect'>,
  ) {}

  /** `1` while connected, else `3`, as with a `WebSocket`. */
  get readyState(): number {
    return this.#isOpen ? 1 : 3;
  }

  /** Ends the connection for everybody who shares it, until the page asks anew. */
  close(): void {
    this.port.disconnect();
  }

  /** Begins to hear; the undo ends it. */
  listen(): Undo {
    const hear = (value: unknown) => this.onmessage?.({ data: JSON.stringify(value) });
    const all = hearers.get(this.key) ?? new Set();
    hearers.set(this.key, all.add(hear));
    return () => {
      all.delete(hear);
      if (all.size === 0) hearers.delete(this.key);
    };
  }

  /** Tells `onopen` and `onclose` of a new state. */
  become({ state }: ConnectionState): void {
    const isOpen = state === 'connected';
    if (isOpen === this.#isOpen) return;
    this.#isOpen = isOpen;
    if (isOpen) this.onopen?.();
    else this.onclose?.();
  }

  /** Hands a connection's messages to everybody who listens under its key. */
  static hearing(key: string): (value: unknown) => void {
    return (value) => {
      for (const hear of [...(hearers.get(key) ?? [])]) hear(value);
    };
  }
}
