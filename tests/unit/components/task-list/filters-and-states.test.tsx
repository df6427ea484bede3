// @vitest-environment jsdom
import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { TaskBoard } from '@/components/task-list';
import { SessionContext } from '@/components/tasks/session-context';
import type { Session, SyncStatus } from '@/lib/sync';
import { useTaskStore } from '@/stores/task-store';
import { button, leaveBoard, remote, renderBoard, shown, store, task } from './board';

afterEach(leaveBoard);

const search = () => screen.getByRole<HTMLInputElement>('searchbox', { name: 'Search tasks' });
const sessionIn = (status: SyncStatus) => ({ getStatus: () => status, onStatus: () => () => {} }) as unknown as Session;
const set = (data: Partial<ReturnType<typeof store>>) => act(() => useTaskStore.setState(data));

describe('search and filters', () => {
  it('shows what the search, the state and the priority let through', async () => {
    const { user } = renderBoard(
      task('a', { title: 'Pay the printer', priority: 'high' }),
      task('b', { title: 'Pay the rent', completed: true }),
      task('c', { title: 'Read' }),
    );
    await user.type(search(), 'pay');
    expect(shown()).toEqual(['Pay the printer', 'Pay the rent']);
    await user.click(screen.getByRole('radio', { name: 'Completed' }));
    expect(shown()).toEqual(['Pay the rent']);
    await user.click(screen.getByRole('radio', { name: 'All' }));
    await user.selectOptions(screen.getByRole('combobox', { name: 'Filter by priority' }), 'high');
    expect(shown()).toEqual(['Pay the printer']);
  });

  it('[RP16] a task that comes from elsewhere stands in its place, and only where the filters let it through', async () => {
    const { user } = renderBoard(task('a'), task('c'));
    remote('task.created', task('b'));
    expect(shown()).toEqual(['Task c', 'Task b', 'Task a']);
    await user.click(screen.getByRole('radio', { name: 'Active' }));
    remote('task.created', task('d', { completed: true, status: 'completed' }));
    expect(shown()).toEqual(['Task c', 'Task b', 'Task a']);
    remote('task.updated', task('b', { completed: true, status: 'completed', version: 2 }));
    expect(shown()).toEqual(['Task c', 'Task a']);
  });

  it('[RX28] says when nothing matches, and clears search and filters with one button', async () => {
    const { user } = renderBoard(task('a'));
    await user.type(search(), 'nothing like it');
    expect(screen.getByRole('heading', { name: 'No task matches' })).toBeTruthy();
    await user.click(button('Clear filters'));
    expect(shown()).toEqual(['Task a']);
    expect(search().value).toBe('');
    expect(document.activeElement).toBe(search());
  });
});

describe('the states of the list', () => {
  it('[RX28] says that there is nothing to do, and counts what is open', () => {
    renderBoard();
    expect(screen.getByRole('heading', { name: 'Nothing to do' })).toBeTruthy();
    cleanup();
    renderBoard(task('a'), task('b', { completed: true }));
    expect(screen.getByText('1 open')).toBeTruthy();
  });

  it('[RX28] says that it is loading, and counts nothing that it does not know', () => {
    renderBoard();
    set({ loading: true });
    expect(screen.getByRole('progressbar', { name: 'Loading tasks' })).toBeTruthy();
    expect(screen.queryByText(/open/)).toBeNull();
  });

  it('[RX28] says that the service does not answer', () => {
    const status = { state: 'waiting', retryAt: performance.now() + 5_000, attempt: 1 } as const;
    render(
      <SessionContext value={sessionIn(status)}>
        <TaskBoard />
      </SessionContext>,
    );
    set({ loading: true });
    expect(screen.getByRole('heading', { name: 'The task service does not answer' })).toBeTruthy();
  });

  it('[RX28] shows an error in words and takes it away', async () => {
    const { user } = renderBoard();
    set({ error: 'That was refused.' });
    expect(screen.getByRole('alert').textContent).toBe('That was refused.');
    await user.click(button('Dismiss'));
    expect(screen.queryByRole('alert')).toBeNull();
  });
});

describe('the bar at the top', () => {
  it('switches notifications', async () => {
    const { user } = renderBoard();
    const notifications = screen.getByRole('switch', { name: 'Notifications' });
    await user.click(notifications);
    expect(store().wsEnabled).toBe(false);
    expect(notifications.getAttribute('aria-checked')).toBe('false');
    await user.click(notifications);
    expect(store().wsEnabled).toBe(true);
  });

  it('leads to the login when the session has ended', () => {
    const status = { state: 'stopped', reason: 'needs-auth', detail: '' } as const;
    render(
      <SessionContext value={sessionIn(status)}>
        <TaskBoard />
      </SessionContext>,
    );
    expect(screen.getByRole('link', { name: 'Sign in' }).getAttribute('href')).toBe('/login');
  });

  it('signs out by a plain form', () => {
    renderBoard();
    const form = button('Sign out').closest('form');
    expect(form?.method).toBe('post');
    expect(new URL(form?.action ?? '').pathname).toBe('/api/logout');
  });
});
