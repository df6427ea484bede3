// @vitest-environment jsdom
import { act, cleanup, render, screen, waitFor } from '@testing-library/react';
import { StrictMode } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { Toaster } from 'sonner';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ConnectionIndicator } from '@/components/tasks/connection-indicator';
import { TaskSyncProvider, type TaskSyncProviderProps } from '@/components/tasks/task-sync-provider';
import { useTaskStore } from '@/stores/task-store';
import { accept, fakePage, hear, task } from './fake-page';

function Titles() {
  const tasks = useTaskStore((state) => state.tasks);
  const loading = useTaskStore((state) => state.loading);
  return <p data-testid="titles">{loading ? 'loading' : tasks.map(({ title }) => title).join(', ')}</p>;
}

function page(props: Omit<TaskSyncProviderProps, 'children'>) {
  return (
    <StrictMode>
      <TaskSyncProvider {...props}>
        <Titles />
        <ConnectionIndicator />
      </TaskSyncProvider>
      <Toaster />
    </StrictMode>
  );
}

const shown = () => screen.getByTestId('titles').textContent;
const indicator = () => screen.getByRole('status', { name: 'Connection' }).textContent;
const toasts = () => [...document.querySelectorAll('[data-sonner-toast]')].map((toast) => toast.textContent);
const initial = {
  tasks: [task('a', 1, { title: 'From the server' })],
  positions: { 'user:u1': { epoch: 'e1', seq: 1 } },
  complete: true,
};

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe('TaskSyncProvider', () => {
  it('[RX10] makes one socket under StrictMode and shows what the server says', async () => {
    const { sockets, connector, live } = fakePage();
    render(page({ userId: 'u1', connector }));
    expect(shown()).toBe('loading');
    await waitFor(() => expect(live()).toHaveLength(1));
    expect(sockets).toHaveLength(1);
    act(() => accept(sockets[0] as never, [task('a', 1, { title: 'One' })]));
    await waitFor(() => expect(shown()).toBe('One'));
    expect(indicator()).toBe('Up to date');
  });

  it('[RX11] opens nothing without a user', async () => {
    const { sockets, connector } = fakePage();
    render(page({ userId: null, connector }));
    await act(async () => {});
    expect(sockets).toEqual([]);
    expect(indicator()).toBe('Live updates are off');
  });

  it('[RX11] another user gets another socket and nothing of the first one', async () => {
    const { sockets, connector, live } = fakePage();
    const { rerender } = render(page({ userId: 'u1', connector, initial }));
    expect(shown()).toBe('From the server');
    await waitFor(() => expect(live()).toHaveLength(1));
    rerender(page({ userId: 'u2', connector }));
    expect(shown()).toBe('loading');
    await waitFor(() => expect(sockets).toHaveLength(2));
    act(() => accept(sockets[1] as never, [task('b', 1, { title: 'Second user' })], 'u2'));
    await waitFor(() => expect(shown()).toBe('Second user'));
    await waitFor(() => expect(live()).toHaveLength(1));
    rerender(page({ userId: null, connector }));
    expect(shown()).toBe('');
  });

  it('[RX12] renders on the server and hydrates with the provider’s tasks, without a module store and without a warning', async () => {
    const { connector, sockets } = fakePage();
    const html = renderToString(page({ userId: 'u1', connector, initial }));
    expect(html).toContain('From the server');
    expect(useTaskStore.getState().tasks).toEqual([]);
    const errors = vi.spyOn(console, 'error');
    const recoverable: unknown[] = [];
    const container = document.body.appendChild(document.createElement('div'));
    container.innerHTML = html;
    const root = await act(async () =>
      hydrateRoot(container, page({ userId: 'u1', connector, initial }), {
        onRecoverableError: (error) => recoverable.push(error),
      }),
    );
    expect(recoverable).toEqual([]);
    expect(errors).not.toHaveBeenCalled();
    expect(useTaskStore.getState().tasks).toMatchObject([{ title: 'From the server' }]);
    await waitFor(() => expect(sockets).toHaveLength(1));
    act(() => sockets[0]?.open());
    await waitFor(() =>
      expect(sockets[0]?.messages()).toMatchObject([
        { type: 'hello', channels: [{ channel: 'user:u1', position: { epoch: 'e1', seq: 1 } }] },
      ]),
    );
    act(() => root.unmount());
    container.remove();
    errors.mockRestore();
  });

  it('[NT1] tells of a remote change once and of an own change never', async () => {
    const { sockets, connector } = fakePage(async (mutation) => ({
      outcome: 'done',
      task: task(mutation.taskId, 1, { title: 'Mine' }),
    }));
    render(page({ userId: 'u1', connector }));
    await waitFor(() => expect(sockets).toHaveLength(1));
    act(() => accept(sockets[0] as never, []));
    const mine = await act(() => useTaskStore.getState().addTask({ title: 'Mine' }));
    act(() => hear(sockets[0] as never, 'task.created', task(mine.id, 1, { title: 'Mine' }), 2));
    act(() => hear(sockets[0] as never, 'task.created', task('r', 1, { title: 'Remote' }), 3));
    act(() => hear(sockets[0] as never, 'task.created', task('r', 1, { title: 'Remote' }), 3));
    await waitFor(() => expect(toasts()).toHaveLength(1));
    expect(toasts()[0]).toContain('“Remote” added');
  });

  it('[NT5] says nothing while notifications are off, and stays connected', async () => {
    const { sockets, connector, live } = fakePage();
    render(page({ userId: 'u1', connector }));
    await waitFor(() => expect(sockets).toHaveLength(1));
    act(() => accept(sockets[0] as never, []));
    const before = toasts().length;
    act(() => useTaskStore.getState().setWebSocketEnabled(false));
    act(() => hear(sockets[0] as never, 'task.created', task('q', 1, { title: 'Quiet' }), 2));
    await waitFor(() => expect(shown()).toBe('Quiet'));
    expect(toasts()).toHaveLength(before);
    expect(live()).toHaveLength(1);
    act(() => useTaskStore.getState().setWebSocketEnabled(true));
  });

  it('[RX11] `enabled` closes and opens the socket and keeps the tasks', async () => {
    const { sockets, connector, live } = fakePage();
    const { rerender } = render(page({ userId: 'u1', connector, initial }));
    await waitFor(() => expect(live()).toHaveLength(1));
    rerender(page({ userId: 'u1', connector, initial, enabled: false }));
    await waitFor(() => expect(live()).toHaveLength(0));
    expect(shown()).toBe('From the server');
    expect(indicator()).toBe('Live updates are off');
    rerender(page({ userId: 'u1', connector, initial, enabled: true }));
    await waitFor(() => expect(live()).toHaveLength(1));
    expect(sockets.length).toBeGreaterThan(1);
  });

  it('[NT4] counts down while it waits, and a click cuts the wait', async () => {
    const { sockets, connector, live } = fakePage();
    vi.spyOn(Math, 'random').mockReturnValue(0.99);
    render(page({ userId: 'u1', connector }));
    await waitFor(() => expect(sockets).toHaveLength(1));
    act(() => accept(sockets[0] as never, []));
    act(() => sockets[0]?.end(1006));
    await waitFor(() => expect(indicator()).toMatch(/^Reconnecting in \d s$/));
    await act(async () => screen.getByRole('button', { name: 'Retry now' }).click());
    await waitFor(() => expect(live()).toHaveLength(1));
    expect(indicator()).toBe('Connecting…');
    vi.restoreAllMocks();
  });
});
