import type { SocketLike } from '@/lib/websocket/environment';

interface SocketEvents {
  open: undefined;
  message: { data: unknown };
  close: { code: number; reason: string };
  error: undefined;
}

/**
 * The client's end of a socket, played by hand: the test says when it opens, what arrives and when it closes. Nothing is
 * delivered by itself.
 */
export class FakeSocket implements SocketLike {
  /** Frames that the client sent, oldest first. */
  readonly sent: string[] = [];
  /** Where the socket stands; `closing` after the client's own `close()`, until `end()` gives its late event. */
  state: 'connecting' | 'open' | 'closing' | 'closed' = 'connecting';
  bufferedAmount = 0;
  /** Called after each frame that the client sends. */
  onSend: ((text: string) => void) | undefined;
  /** Called when the client closes. */
  onClientClose: (() => void) | undefined;

  readonly #listeners = new Map<keyof SocketEvents, Set<(event: never) => void>>();

  constructor(
    readonly url: string,
    readonly protocols: readonly string[] = [],
  ) {}

  /** Is this socket neither closed by the client nor by the other side? */
  get isLive(): boolean {
    return this.state === 'connecting' || this.state === 'open';
  }

  addEventListener<K extends keyof SocketEvents>(type: K, listener: (event: SocketEvents[K]) => void): void {
    const listeners = this.#listeners.get(type) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(type, listeners);
  }

  send(data: string): void {
    if (this.state === 'connecting') throw new Error('InvalidStateError: the socket is still connecting');
    if (this.state !== 'open') return;
    this.sent.push(data);
    this.onSend?.(data);
  }

  close(): void {
    if (!this.isLive) return;
    this.state = 'closing';
    this.onClientClose?.();
  }

  /** The handshake is done. Does nothing on a socket that the client gave up before. */
  open(): void {
    if (this.state !== 'connecting') return;
    this.state = 'open';
    this.#emit('open', undefined);
  }

  /** A frame arrives, late ones of a closing socket too; anything but a string is sent as JSON. */
  receive(message: unknown): void {
    this.#emit('message', { data: typeof message === 'string' ? message : JSON.stringify(message) });
  }

  /** A frame that is no text arrives. */
  receiveBinary(data: ArrayBuffer): void {
    this.#emit('message', { data });
  }

  /** The other side, or the network, ends it; also the late event of a socket that the client closed. */
  end(code = 1006, reason = ''): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.#emit('error', undefined);
    this.#emit('close', { code, reason });
  }

  /** The frames sent so far, parsed. */
  messages(): unknown[] {
    return this.sent.map((text): unknown => JSON.parse(text));
  }

  #emit<K extends keyof SocketEvents>(type: K, event: SocketEvents[K]): void {
    for (const listener of this.#listeners.get(type) ?? []) (listener as (event: SocketEvents[K]) => void)(event);
  }
}
