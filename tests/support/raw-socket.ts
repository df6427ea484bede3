import { WebSocket } from 'ws';
import { type Position, SUBPROTOCOL } from '@/lib/protocol';

/** How long to wait for a frame or a close, milliseconds. */
const WAIT_LIMIT_MS = 15_000;

/** A parsed frame of the server. */
export type Frame = Readonly<Record<string, unknown>> & { readonly type: string };

/** A socket without Taskwire's client on it, to say what a client should not. */
export interface RawSocket {
  /** Every frame so far, oldest first. */
  readonly frames: readonly Frame[];
  /** Every event of a task so far, whether it came alone or in a batch. */
  events(): readonly Frame[];
  /** Sends text or bytes as they are; anything else as JSON. */
  send(message: unknown): void;
  /** The first frame of a type, past or future. */
  waitFor(type: string, matches?: (frame: Frame) => boolean): Promise<Frame>;
  /** The first event of a task that matches, past or future, whether it came alone or in a batch. */
  waitForEvent(matches: (event: Frame) => boolean): Promise<Frame>;
  /** Settles with the server's close. */
  waitForClose(): Promise<{ readonly code: number; readonly reason: string }>;
  close(): void;
}

export interface RawSocketOptions {
  /** Default `/ws`. */
  readonly path?: string;
  /** Default: the native subprotocol. `null`: none, the plain form. */
  readonly protocol?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Opens a socket to a service; settles when it is open. */
export async function openRawSocket(serviceUrl: string, options: RawSocketOptions = {}): Promise<RawSocket> {
  const { path = '/ws', protocol = SUBPROTOCOL, headers = {} } = options;
  const socket = new WebSocket(`${serviceUrl.replace('http', 'ws')}${path}`, protocol ?? [], {
    headers: { ...headers },
    perMessageDeflate: false,
  });
  const frames: Frame[] = [];
  const listeners = new Set<() => void>();
  let close: { code: number; reason: string } | undefined;
  const announce = () => {
    for (const listener of listeners) listener();
  };
  socket.on('message', (data) => {
    frames.push(JSON.parse(String(data)) as Frame);
    announce();
  });
  socket.on('close', (code, reason) => {
    close = { code, reason: String(reason) };
    announce();
  });
  // A server that closes in the middle of a large frame resets the connection; the close that follows tells the rest.
  socket.on('error', () => {});

  function until<T>(what: string, look: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        listeners.delete(check);
        reject(new Error(`No ${what} came; frames: ${JSON.stringify(frames)}, close: ${JSON.stringify(close)}`));
      }, WAIT_LIMIT_MS);
      const check = () => {
        const found = look();
        if (found === undefined) return;
        clearTimeout(timer);
        listeners.delete(check);
        resolve(found);
      };
      listeners.add(check);
      check();
    });
  }

  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const events = () =>
    frames
      .flatMap((frame) => (frame.type === 'batch' ? (frame.events as Frame[]) : [frame]))
      .filter(({ type }) => type === 'task_update');
  return {
    frames,
    events,
    send(message) {
      socket.send(typeof message === 'string' || message instanceof Uint8Array ? message : JSON.stringify(message));
    },
    waitFor: (type, matches = () => true) =>
      until(`"${type}"`, () => frames.find((frame) => frame.type === type && matches(frame))),
    waitForEvent: (matches) => until('such event', () => events().find(matches)),
    waitForClose: () => until('close', () => close),
    close: () => socket.close(),
  };
}

/** Opens a native socket, says hello for the user's own channel and waits for the subscription. */
export async function openNativeSocket(serviceUrl: string, token: string, position?: Position): Promise<RawSocket> {
  const socket = await openRawSocket(serviceUrl);
  const channel = { channel: 'user:me', ...(position ? { position } : {}) };
  socket.send({ type: 'hello', token, clientId: crypto.randomUUID(), channels: [channel] });
  await socket.waitFor('subscribed');
  return socket;
}
