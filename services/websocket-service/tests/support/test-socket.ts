import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { type Position, SUBPROTOCOL } from '@/lib/protocol';

const PATIENCE_MS = 20_000;

/** One received message. */
export type Message = Readonly<Record<string, unknown>> & { readonly type: string };

/** A client's end of a socket that remembers all it heard. */
export interface TestSocket {
  readonly socket: WebSocket;
  readonly messages: readonly Message[];
  /** The bytes of each frame. */
  readonly sizes: readonly number[];
  /** The sequenced messages, those of batches one by one, in order. */
  events(): readonly Message[];
  send(message: unknown): void;
  sendText(text: string | Buffer): void;
  /** The first message, now or later, that fits. Rejects after 20 s. */
  waitFor(fits: string | ((message: Message) => boolean)): Promise<Message>;
  /** Resolves when `isTrue` holds. Rejects after 20 s. */
  until(isTrue: () => boolean): Promise<void>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

/** How to open a socket. */
export interface OpenOptions {
  readonly path?: string;
  /** `null`: without a subprotocol. */
  readonly protocol?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly origin?: string;
}

/** Opens a socket; rejects with `Unexpected server response: <status>` when the upgrade is refused. */
export async function openSocket(url: string, options: OpenOptions = {}): Promise<TestSocket> {
  const { path = '/ws', protocol = SUBPROTOCOL, headers, origin } = options;
  const address = `${url.replace('http', 'ws')}${path}`;
  const settings = { ...(headers && { headers: { ...headers } }), ...(origin !== undefined && { origin }) };
  const socket = protocol === null ? new WebSocket(address, settings) : new WebSocket(address, protocol, settings);
  onTestFinished(() => socket.terminate());
  const messages: Message[] = [];
  const sizes: number[] = [];
  const checks = new Set<() => void>();
  socket.on('message', (data: Buffer) => {
    sizes.push(data.length);
    messages.push(JSON.parse(data.toString()) as Message);
    for (const check of checks) check();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() })),
  );

  const until = (isTrue: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        if (!isTrue()) return;
        clearTimeout(timer);
        checks.delete(check);
        resolve();
      };
      const timer = setTimeout(() => {
        checks.delete(check);
        reject(new Error(`waited in vain; heard ${JSON.stringify(messages).slice(0, 2000)}`));
      }, PATIENCE_MS);
      checks.add(check);
      check();
    });

  const opened = new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => {});
  await opened;
  return {
    socket,
    messages,
    sizes,
    events: () => eventsOf(messages),
    send: (message) => socket.send(JSON.stringify(message)),
    sendText: (text) => socket.send(text),
    async waitFor(fits) {
      const isIt = typeof fits === 'string' ? (message: Message) => message.type === fits : fits;
      await until(() => messages.some(isIt));
      return messages.find(isIt) as Message;
    },
    until,
    closed,
  };
}

/** Opens a native socket, says hello and waits for the first subscription. */
export async function openNative(url: string, token: string, position?: Position, path = '/ws'): Promise<TestSocket> {
  const socket = await openSocket(url, { path });
  socket.send(helloOf(token, position));
  await socket.waitFor('subscribed');
  return socket;
}

/** A hello for the user's own inbox. */
export function helloOf(token: string, position?: Position): object {
  return { type: 'hello', token, clientId: 'test', channels: [{ channel: 'user:me', ...(position && { position }) }] };
}

function eventsOf(messages: readonly Message[]): readonly Message[] {
  return messages.flatMap((message) => {
    if (message.type === 'batch') return message.events as Message[];
    return ['task_update', 'access_removed', 'skip'].includes(message.type) ? [message] : [];
  });
}
