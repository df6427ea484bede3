// @vitest-environment jsdom
import { act, cleanup, render, renderHook } from '@testing-library/react';
import { type Client, Server } from 'mock-socket';
import { StrictMode, useEffect, useState } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useTaskWebSocket } from '@/lib/websocket';
import { LINGER_MS } from '@/lib/websocket/connection-registry';

const baseUrl = 'http://tasks.example';
const ADDRESS = 'ws://tasks.example/api/v1/projects/p/ws';

let server: Server;
let open: Client[];
let dialled: string[];

const pass = (ms = 100) => act(async () => vi.advanceTimersByTimeAsync(ms));

function serve(address = ADDRESS): Server {
  const made = new Server(address);
  made.on('connection', (client) => {
    dialled.push(client.url);
    open.push(client);
    client.on('close', () => open.splice(open.indexOf(client), 1));
  });
  return made;
}

beforeEach(() => {
  vi.useFakeTimers();
  [open, dialled] = [[], []];
  server = serve();
});

afterEach(async () => {
  cleanup();
  await pass(LINGER_MS * 2);
  server.stop();
  await pass();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** The component of seed 003, as it stands there. */
function TaskList({ projectId }: { projectId: string }) {
  const [tasks, setTasks] = useState<{ id: string; title: string }[]>([]);
  const { ws, isConnected } = useTaskWebSocket(projectId, { baseUrl });
  useEffect(() => {
    if (!ws) return;
    ws.onmessage = (event) => {
      const message = JSON.parse(event.data);
      if (message.type === 'task.created') setTasks((all) => [...all, message.data]);
      if (message.type === 'task.deleted') setTasks((all) => all.filter(({ id }) => id !== message.task_id));
    };
  }, [ws]);
  return (
    <p>
      {isConnected ? 'Connected' : 'Disconnected'}: {tasks.map(({ title }) => title).join(', ')}
    </p>
  );
}

const created = (id: string) => ({
  type: 'task.created',
  project_id: 'p',
  task_id: id,
  data: { id, title: `Task ${id}` },
});

describe('useTaskWebSocket', () => {
  it('[DI59] shows the messages of a project in the component of seed 003, and comes back by itself', async () => {
    const { container } = render(
      <StrictMode>
        <TaskList projectId="p" />
      </StrictMode>,
    );
    await pass();
    expect(dialled).toHaveLength(1);
    await act(async () => open[0]?.send(`${JSON.stringify(created('1'))}\n${JSON.stringify(created('2'))}`));
    expect(container.textContent).toBe('Connected: Task 1, Task 2');
    await act(async () => server.close());
    await pass();
    expect(container.textContent).toContain('Disconnected');
    server = serve();
    await pass(5_000);
    await act(async () =>
      open[0]?.send(JSON.stringify({ type: 'task.deleted', project_id: 'p', task_id: '1', data: { id: '1' } })),
    );
    expect(container.textContent).toBe('Connected: Task 2');
  });

  it('[DI59] closes after the last unmount and writes no state then', async () => {
    const complaints = vi.spyOn(console, 'error').mockImplementation(() => {});
    const first = renderHook(() => useTaskWebSocket('p', { baseUrl }));
    const second = renderHook(() => useTaskWebSocket('p', { baseUrl }));
    await pass();
    expect(dialled).toHaveLength(1);
    first.unmount();
    await pass(LINGER_MS * 2);
    expect(second.result.current.isConnected).toBe(true);
    second.unmount();
    await pass(LINGER_MS * 2);
    expect(open).toEqual([]);
    expect(complaints).not.toHaveBeenCalled();
  });

  it('[DI59] opens nothing without a project, and another socket for another one', async () => {
    const other = serve('ws://tasks.example/api/v1/projects/q/ws');
    const { result, rerender } = renderHook(({ id }: { id: string | null }) => useTaskWebSocket(id, { baseUrl }), {
      initialProps: { id: null as string | null },
    });
    await pass();
    expect(result.current).toMatchObject({ ws: null, isConnected: false });
    rerender({ id: 'p' });
    await pass();
    const { ws } = result.current;
    rerender({ id: 'q' });
    await pass(LINGER_MS * 2);
    expect(dialled.map((url) => new URL(url).pathname)).toEqual(['/api/v1/projects/p/ws', '/api/v1/projects/q/ws']);
    expect(open).toHaveLength(1);
    expect(result.current.ws).not.toBe(ws);
    other.stop();
  });

  it('[DI59] shows a token where there is one, and tells onopen and onclose', async () => {
    const told: string[] = [];
    const { result } = renderHook(() => useTaskWebSocket('p', { baseUrl, getToken: async () => 't1' }));
    const { ws } = result.current;
    if (ws) {
      ws.onopen = () => told.push('open');
      ws.onclose = () => told.push('close');
    }
    await pass();
    expect(dialled).toEqual([`${ADDRESS}?token=t1`]);
    expect(ws?.readyState).toBe(1);
    act(() => ws?.close());
    await pass();
    expect(told).toEqual(['open', 'close']);
    expect(open).toEqual([]);
  });

  it('[RX45] says the cure where the configured address is none, and asks for none with a base of its own', () => {
    vi.stubEnv('NEXT_PUBLIC_WEBSOCKET_URL', 'localhost:8005');
    const noise = vi.spyOn(console, 'error').mockImplementation(() => {});
    expect(() => renderHook(() => useTaskWebSocket('p'))).toThrow(
      /"localhost:8005" is no ws:\/\/ or wss:\/\/ address\. Set/,
    );
    expect(() => renderHook(() => useTaskWebSocket(null, { baseUrl }))).not.toThrow();
    noise.mockRestore();
    vi.unstubAllEnvs();
  });
});
