import { FakeSocket } from './fake-socket';

/** A server's end of a socket. */
export interface ServerEnd {
  /** What the client asked for. */
  readonly url: string;
  readonly protocols: readonly string[];
  /** Sends a frame to the client. */
  send(text: string): void;
  /** Closes; the client hears of it in its turn. */
  close(code: number, reason?: string): void;
  /** Hears the client's frames. One listener. */
  onMessage(listener: (text: string) => void): void;
  /** Hears that the connection ended, whoever ended it. One listener. */
  onEnd(listener: () => void): void;
}

/**
 * Two connected ends with explicit delivery: what one end does waits in a queue until it is delivered, one by one, in
 * order. `onQueued` tells a network that something waits.
 */
export class SocketPair {
  readonly client: FakeSocket;
  readonly server: ServerEnd;
  /** Called when something waits for an end. */
  onQueued: ((end: 'client' | 'server') => void) | undefined;

  readonly #toClient: (() => void)[] = [];
  readonly #toServer: (() => void)[] = [];
  #isCut = false;
  #hear: (text: string) => void = () => {};
  #ended: (() => void) | undefined;

  constructor(url: string, protocols: readonly string[] = []) {
    this.client = new FakeSocket(url, protocols);
    this.client.onSend = (text) => this.#queue('server', () => this.#hear(text));
    this.client.onClientClose = () => this.#queue('server', () => this.#endServer());
    this.server = {
      url,
      protocols,
      send: (text) => this.#queue('client', () => this.client.state === 'open' && this.client.receive(text)),
      close: (code, reason = '') => {
        this.#queue('client', () => this.client.end(code, reason));
        this.#endServer();
      },
      onMessage: (listener) => {
        this.#hear = listener;
      },
      onEnd: (listener) => {
        this.#ended = listener;
      },
    };
  }

  /** The handshake succeeds; the client hears of it in its turn. */
  accept(): void {
    this.#queue('client', () => this.client.open());
  }

  /** Delivers the oldest thing that waits for an end; `false` when nothing does. */
  deliver(end: 'client' | 'server'): boolean {
    const next = (end === 'client' ? this.#toClient : this.#toServer).shift();
    if (!next) return false;
    next();
    return true;
  }

  /** Delivers all, to and fro, until nothing waits. */
  deliverAll(): void {
    while (this.deliver('server') || this.deliver('client'));
  }

  /** Makes it half-open: both ends believe in it and nothing passes any more, not even a close. */
  cut(): void {
    this.#isCut = true;
    this.#toClient.length = 0;
    this.#toServer.length = 0;
  }

  /** The server forgets the connection, as a process that dies does. */
  forget(): void {
    this.#endServer();
  }

  #queue(end: 'client' | 'server', run: () => void): void {
    if (this.#isCut) return;
    (end === 'client' ? this.#toClient : this.#toServer).push(run);
    this.onQueued?.(end);
  }

  #endServer(): void {
    const ended = this.#ended;
    this.#ended = undefined;
    this.#hear = () => {};
    ended?.();
  }
}
