// @vitest-environment jsdom
import { act, cleanup, render, renderHook } from '@testing-library/react';
import { type Client, Server } from 'mock-socket';
import { type ReactNode, StrictMode, useEffect, useLayoutEffect } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_WEBSOCKET_URL, type TaskMessage } from '@/lib/protocol';
import { ManualEnvironment } from '@/lib/testing';
import { registerSource, sourceKey, type UseWebSocketResult, useWebSocket, WebSocketSyncClient } from '@/lib/websocket';
import { LINGER_MS } from '@/lib/websocket/connection-registry';
import { task } from './native-client';

const URL = 'ws://server/ws';
const created = { type: 'task_update', event: 'task.created', task: task('a'), timestamp: null };

/** A server that notes who connects to it; `open` is who is connected now. */
class NotingServer {
  readonly dialled: string[] = [];
  readonly open: Client[] = [];
  readonly #servers: Server[] = [];

  constructor(users: string[], base = URL) {
    for (const user of users) {
      const server = new Server(`${base}/${user}`);
      server.on('connection', (client) => {
        this.dialled.push(user);
        this.open.push(client);
        client.on('close', () => this.open.splice(this.open.indexOf(client), 1));
      });
      this.#servers.push(server);
    }
  }

  send(message: unknown): void {
    for (const client of this.open) client.send(JSON.stringify(message));
  }

  stop(): void {
    for (const server of this.#servers) server.stop();
  }
}

let server: NotingServer;

const pass = (ms = 100) => act(async () => vi.advanceTimersByTimeAsync(ms));

beforeEach(() => {
  vi.useFakeTimers();
  server = new NotingServer(['u1', 'u2']);
});

afterEach(async () => {
  cleanup();
  await pass(LINGER_MS * 2);
  server.stop();
  await pass();
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const strict = { wrapper: ({ children }: { children: ReactNode }) => <StrictMode>{children}</StrictMode> };
const hook = (userId: string | null, options = {}) =>
  renderHook(({ user }: { user: string | null }) => useWebSocket(user, { url: URL }), {
    initialProps: { user: userId },
    ...options,
  });

/** A source in the hands of the test. */
function manualSource() {
  const environment = new ManualEnvironment();
  const source = new WebSocketSyncClient(URL, 'u1', { environment });
  source.connect();
  environment.socket.open();
  return { source, environment };
}

function Status() {
  return <p>{useWebSocket('u1', { url: URL }).status}</p>;
}

function Provider({ source, children }: { source: WebSocketSyncClient; children: ReactNode }) {
  useEffect(() => registerSource(sourceKey(URL, 'u1'), source), [source]);
  return children;
}

/** A child whose effects run before those of the component that has the connection. */
function Child({ add, hear }: { add: UseWebSocketResult['addListener']; hear: (message: TaskMessage) => void }) {
  useLayoutEffect(() => add(hear), [add, hear]);
  return null;
}

function Listening({ hear }: { hear: (message: TaskMessage) => void }) {
  return <Child add={useWebSocket('u1', { url: URL }).addListener} hear={hear} />;
}

describe('useWebSocket', () => {
  it('[RX1] opens nothing for nobody', async () => {
    const { result } = hook(null, strict);
    await pass(10_000);
    expect(server.dialled).toEqual([]);
    expect(result.current).toMatchObject({ status: 'disconnected', isDisconnected: true, error: null });
    result.current.connect();
    result.current.disconnect();
    expect(server.dialled).toEqual([]);
  });

  it('[RX1] renders on a server without a WebSocket, and hydrates without a complaint', async () => {
    const complaints = vi.spyOn(console, 'error').mockImplementation(() => {});
    const saved = globalThis.WebSocket;
    Reflect.deleteProperty(globalThis, 'WebSocket');
    const html = renderToString(<Status />);
    globalThis.WebSocket = saved;
    expect(html).toBe('<p>disconnected</p>');
    const place = document.createElement('div');
    place.innerHTML = html;
    const { source } = manualSource();
    const undo = registerSource(sourceKey(URL, 'u1'), source);
    const root = await act(async () => hydrateRoot(place, <Status />));
    await pass();
    expect(place.textContent).toBe('connected');
    expect(complaints).not.toHaveBeenCalled();
    await act(async () => root.unmount());
    undo();
    complaints.mockRestore();
  });

  it.each([['plainly', {}] as const, ['under StrictMode', strict] as const])(
    '[RX2] makes one socket %s',
    async (_, how) => {
      const { result, unmount } = hook('u1', how);
      await pass();
      expect(server.dialled).toEqual(['u1']);
      expect(result.current.isConnected).toBe(true);
      unmount();
      await pass(LINGER_MS);
      await pass();
      expect(server.open).toEqual([]);
    },
  );

  it('[RX2] shares it among everybody who asks for the same', async () => {
    const hooks = [hook('u1'), hook('u1'), hook('u1', strict)];
    await pass();
    expect(server.dialled).toEqual(['u1']);
    hooks[0]?.unmount();
    await pass(LINGER_MS * 2);
    expect(server.open).toHaveLength(1);
  });

  it('[RX2] keeps it over an unmount and remount within the linger', async () => {
    const first = hook('u1');
    await pass();
    first.unmount();
    await pass(LINGER_MS - 100);
    const second = hook('u1');
    expect(second.result.current.isConnected).toBe(true);
    await pass(LINGER_MS * 2);
    expect(server.dialled).toEqual(['u1']);
    expect(server.open).toHaveLength(1);
  });

  it('[RX2] counts the linger from the last unmount', async () => {
    const first = hook('u1');
    await pass();
    first.unmount();
    await pass(LINGER_MS / 2);
    const second = hook('u1');
    await pass(LINGER_MS / 4);
    second.unmount();
    await pass(LINGER_MS / 2);
    expect(server.open).toHaveLength(1);
    await pass(LINGER_MS);
    expect(server.open).toEqual([]);
  });

  it('[RX3] makes exactly one new one for another user, after closing the former', async () => {
    const { result, rerender } = hook('u1', strict);
    await pass();
    rerender({ user: 'u2' });
    expect(result.current.status).toBe('disconnected');
    await pass();
    expect(server.dialled).toEqual(['u1', 'u2']);
    expect(server.open).toHaveLength(1);
    expect(result.current.isConnected).toBe(true);
  });

  it('[RX3] closes it at once when the user signs out', async () => {
    const { rerender } = hook('u1');
    await pass();
    rerender({ user: null });
    await pass(10);
    expect(server.open).toEqual([]);
  });

  it('[RX3] makes exactly one new one for another address', async () => {
    const other = new NotingServer(['u1'], 'ws://other/ws');
    const { rerender } = renderHook(({ url }) => useWebSocket('u1', { url }), { initialProps: { url: URL } });
    await pass();
    rerender({ url: 'ws://other/ws' });
    await pass();
    expect([server.dialled, server.open.length]).toEqual([['u1'], 0]);
    expect([other.dialled, other.open.length]).toEqual([['u1'], 1]);
    other.stop();
  });

  it('[RX4] makes none where a parent registers a source in the same commit', async () => {
    const { source } = manualSource();
    const { result } = hook('u1', {
      wrapper: ({ children }: { children: ReactNode }) => <Provider source={source}>{children}</Provider>,
    });
    await pass(10_000);
    expect(result.current.isConnected).toBe(true);
    expect(server.dialled).toEqual([]);
  });

  it('[RX4] closes its own when a source is registered later', async () => {
    const { result } = hook('u1');
    await pass();
    const { source, environment } = manualSource();
    let undo = () => {};
    act(() => {
      undo = registerSource(sourceKey(URL, 'u1'), source);
    });
    await pass();
    expect(server.open).toEqual([]);
    act(() => environment.socket.end());
    expect(result.current.hasError).toBe(true);
    act(undo);
    await pass(LINGER_MS - 200);
    expect(server.dialled).toEqual(['u1']);
    await pass(300);
    expect(server.dialled).toEqual(['u1', 'u1']);
    expect(result.current.isConnected).toBe(true);
  });

  it('[RX4] takes the last source that was registered and is still there', async () => {
    const sources = [manualSource(), manualSource()];
    const [undoFirst, undoSecond] = sources.map(({ source }) => registerSource(sourceKey(URL, 'u1'), source));
    const { result } = hook('u1');
    await pass();
    undoFirst?.();
    undoFirst?.();
    act(() => sources[0]?.environment.socket.end());
    expect(result.current.isConnected).toBe(true);
    act(() => sources[1]?.environment.socket.end());
    expect(result.current.hasError).toBe(true);
    act(() => undoSecond?.());
  });

  it('[RX4] leaves a source alone that it did not make', async () => {
    const { source } = manualSource();
    const undo = registerSource(sourceKey(URL, 'u1'), source);
    const { unmount } = hook('u1');
    unmount();
    undo();
    undo();
    await pass(LINGER_MS * 2);
    expect(source.getStatus()).toBe('connected');
  });

  it('[RX5] hears each event once, by a listener that was added in the tick of the connection', async () => {
    const heard: TaskMessage[] = [];
    render(<Listening hear={(message) => heard.push(message)} />, strict);
    await pass();
    server.send(created);
    server.send({ type: 'ping', timestamp: null });
    await pass();
    expect(heard).toEqual([created]);
  });

  it('[RX5] keeps its listeners over a change of user and of source', async () => {
    const heard: unknown[] = [];
    const { result, rerender } = hook('u1');
    const listener = (message: TaskMessage) => heard.push(message.task.id);
    result.current.addListener(listener);
    await pass();
    rerender({ user: 'u2' });
    await pass();
    server.send(created);
    await pass();
    expect(heard).toEqual(['a']);
    rerender({ user: 'u1' });
    await pass();
    const { source, environment } = manualSource();
    let undo = () => {};
    act(() => {
      undo = registerSource(sourceKey(URL, 'u1'), source);
    });
    act(() => environment.socket.receive({ ...created, task: task('b') }));
    expect(heard).toEqual(['a', 'b']);
    result.current.removeListener(listener);
    act(() => environment.socket.receive(created));
    expect(heard).toEqual(['a', 'b']);
    act(undo);
  });

  it('[RX5] loses none of a burst of 500', async () => {
    let renders = 0;
    let heard = 0;
    const { result } = renderHook(() => {
      renders++;
      return useWebSocket('u1', { url: URL });
    });
    result.current.addListener(() => heard++);
    await pass();
    const before = renders;
    for (let count = 0; count < 500; count++) server.send(created);
    await pass();
    expect(heard).toBe(500);
    expect(renders - before).toBeLessThanOrEqual(2);
  });

  it('[RX6] gives the same functions for ever, and the same result until something changes', async () => {
    const { result, rerender } = hook('u1');
    const { connect, disconnect, addListener, removeListener } = result.current;
    await pass();
    const connected = result.current;
    rerender({ user: 'u1' });
    expect(result.current).toBe(connected);
    rerender({ user: 'u2' });
    await pass();
    expect(result.current).toMatchObject({ connect, disconnect, addListener, removeListener });
  });

  it('[RX7] follows the connection', async () => {
    const { result } = hook('u1');
    expect(result.current).toMatchObject({ status: 'disconnected', isDisconnected: true });
    await pass(0);
    expect(result.current).toMatchObject({ status: 'connecting', isConnecting: true, retryCount: 0, error: null });
    await pass();
    expect(result.current).toMatchObject({
      status: 'connected',
      isConnected: true,
      connection: { state: 'connected' },
    });
    act(() => result.current.disconnect());
    expect(result.current).toMatchObject({ status: 'disconnected', isDisconnected: true, isConnected: false });
    act(() => result.current.connect());
    await pass();
    expect(result.current.isConnected).toBe(true);
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    server.open[0]?.close({ code: 1011, reason: '', wasClean: true });
    await pass(10);
    expect(result.current).toMatchObject({ hasError: true, retryCount: 1, error: expect.stringMatching(/\.$/) });
  });

  it('[RX8] takes the address of the environment, or the default', async () => {
    const other = new NotingServer(['u1'], 'ws://configured/ws');
    const local = new NotingServer(['u1'], DEFAULT_WEBSOCKET_URL);
    vi.stubEnv('NEXT_PUBLIC_WEBSOCKET_URL', 'ws://configured/ws');
    const first = renderHook(() => useWebSocket('u1'));
    await pass();
    first.unmount();
    vi.unstubAllEnvs();
    renderHook(() => useWebSocket('u1'));
    await pass();
    expect([other.dialled, local.dialled]).toEqual([['u1'], ['u1']]);
    other.stop();
    local.stop();
  });
});
