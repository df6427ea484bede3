// @vitest-environment jsdom
import { act, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LOST_PATIENCE_MS } from '@/components/task-list/offline-notice';
import { UNSAVED_PATIENCE_MS } from '@/components/task-list/safety-mark';
import { TaskBoard } from '@/components/task-list/task-board';
import { SAVING_PATIENCE_MS } from '@/components/tasks/connection-indicator';
import { SessionContext } from '@/components/tasks/session-context';
import type { Mutation, Task } from '@/lib/protocol';
import { createLocalPort, createNotices, type TaskPort } from '@/lib/replica';
import type { Session, SyncStatus } from '@/lib/sync';
import { useTaskStore } from '@/stores/task-store';
import { button, leaveBoard, store, task } from './board';

const about = { id: 'm1', taskId: 'a' };
const refusals: readonly (readonly [Mutation, string])[] = [
  [{ ...about, kind: 'create', task: { title: 'Milk' }, draft: task('a') }, '“Milk” could not be added.'],
  [{ ...about, kind: 'update', changes: { title: 'Tea' } }, '“Task a” could not be renamed to “Tea”.'],
  [{ ...about, kind: 'update', changes: { completed: true, status: 'completed' } }, '“Task a” could not be completed.'],
  [
    { ...about, kind: 'update', changes: { priority: 'high' } },
    'The priority of “Task a” could not be changed to “high”.',
  ],
  [
    { ...about, kind: 'update', changes: { title: 'T', dueAt: null } },
    '“Task a” could not be changed (title, due date).',
  ],
  [{ ...about, kind: 'delete' }, '“Task a” could not be deleted.'],
  [{ ...about, kind: 'restore', taskId: 'gone' }, 'A deleted task could not be brought back.'],
];

/** A port whose facts the test makes. */
function ownPort() {
  const local = createLocalPort<Task>(() => new Promise(() => {}));
  const notices = createNotices();
  const submitted: Mutation[] = [];
  const submit = local.submit.bind(local);
  const safetyOf = local.safetyOf.bind(local);
  const port: TaskPort<Task> = Object.assign(local, {
    getFacts: notices.get,
    onFacts: notices.subscribe,
    dropNotices: notices.drop,
    submit: (mutation: Mutation) => {
      submitted.push(mutation);
      submit(mutation);
    },
    safetyOf: (id: Task['id']) => (notices.isRejected(String(id)) ? 'rejected' : safetyOf(id)),
  });
  return { port, notices, submitted };
}

function renderPort(status: SyncStatus = { state: 'live' }) {
  const own = ownPort();
  const listeners = new Set<() => void>();
  let now = status;
  const session = {
    getStatus: () => now,
    onStatus: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    connection: { connect() {} },
  } as unknown as Session;
  useTaskStore.bind(own.port);
  render(
    <SessionContext value={session}>
      <TaskBoard />
    </SessionContext>,
  );
  const run = (change: () => void) =>
    act(() => {
      change();
      useTaskStore.flush();
    });
  run(() => own.port.receive({ kind: 'created', taskId: 'a', task: task('a'), version: 1 }));
  const become = (next: SyncStatus) =>
    act(() => {
      now = next;
      for (const listener of listeners) listener();
    });
  return { ...own, run, become };
}

const pass = (ms: number) => act(() => void vi.advanceTimersByTime(ms));
const mark = (name: RegExp) => screen.queryByRole('img', { name });

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000_000 });
});

afterEach(() => {
  leaveBoard();
  vi.useRealTimers();
});

describe('a refused change', () => {
  it.each(refusals)('[NT8] is said with its reason (%#)', (mutation, sentence) => {
    const { notices, run } = renderPort();
    run(() => notices.addRejections([{ mutation, status: 403, reason: 'The list is closed.' }]));
    const region = screen.getByRole('region', { name: 'Changes that were refused' });
    expect(region.querySelector('p')?.textContent).toBe(`${sentence} The list is closed.`);
  });

  it('[NT8] goes when it is dismissed, and the row’s mark with it', () => {
    const { notices, run } = renderPort();
    run(() => notices.addRejections([{ mutation: { ...about, kind: 'delete' }, status: 403, reason: 'No.' }]));
    expect(mark(/refused/)).not.toBeNull();
    fireEvent.click(button('Dismiss'));
    run(() => {});
    expect(screen.queryByRole('region', { name: 'Changes that were refused' })).toBeNull();
    expect(mark(/refused/)).toBeNull();
  });

  it('[OB26] is tried again as a new change, a new task under a new id', () => {
    const { notices, submitted, run } = renderPort();
    const create = { ...about, kind: 'create', task: { title: 'Milk' }, draft: task('a', { title: 'Milk' }) } as const;
    run(() => notices.addRejections([{ mutation: create, status: 409, reason: 'Taken.' }]));
    fireEvent.click(button('Try again'));
    const [again] = submitted;
    expect(again).toMatchObject({ kind: 'create', task: { title: 'Milk' }, draft: { id: again?.taskId } });
    expect([again?.id, again?.taskId]).not.toEqual(expect.arrayContaining(['m1', 'a']));
    expect(store().rejections).toEqual([]);
  });

  it.each([400, 413, 422])('[OB26] is not offered again where its content was refused (%i)', (status) => {
    const { notices, run } = renderPort();
    run(() => notices.addRejections([{ mutation: { ...about, kind: 'delete' }, status, reason: 'No.' }]));
    expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
  });

  it('[NT8] is said once: the error of the store is not shown beside it', () => {
    const { notices, run } = renderPort();
    run(() => {
      useTaskStore.setState({ error: 'No.' });
      notices.addRejections([{ mutation: { ...about, kind: 'delete' }, status: 403, reason: 'No.' }]);
    });
    expect(screen.queryByRole('alert')).toBeNull();
  });
});

describe('a change that is not at the service', () => {
  it('[NT9] is marked at its row only when that lasts, in words, without a text in the row', () => {
    const { port, run } = renderPort();
    run(() => port.submit({ ...about, kind: 'update', changes: { priority: 'high' } }));
    pass(UNSAVED_PATIENCE_MS - 1);
    expect(mark(/Not saved yet/)).toBeNull();
    pass(1);
    expect(mark(/Not saved yet/)).not.toBeNull();
    expect(screen.getByRole('listitem').textContent).toBe('Task a');
  });
});

describe('the indicator', () => {
  it('[NT4] says how many changes are on their way when saving takes long', () => {
    const { port, run } = renderPort();
    const indicator = () => screen.getByRole('status', { name: 'Connection' }).textContent;
    run(() => port.submit({ ...about, kind: 'update', changes: { priority: 'high' } }));
    expect(indicator()).toBe('Saving…');
    pass(SAVING_PATIENCE_MS);
    expect(indicator()).toBe('Saving takes long · 1 change not saved yet');
  });
});

describe('a lost connection', () => {
  const waiting: SyncStatus = { state: 'waiting', retryAt: 9e9, attempt: 1 };
  const kept = { keeps: 'yes', problem: null } as const;

  it('[NT10] is explained after 4 s and not a moment after it is back', () => {
    const { notices, run, become } = renderPort();
    run(() => notices.setDevice(kept));
    become(waiting);
    pass(LOST_PATIENCE_MS - 1);
    expect(screen.queryByText(/No connection/)).toBeNull();
    pass(1);
    expect(screen.getByText(/No connection to the task service. What you change is kept on this device/)).toBeDefined();
    become({ state: 'connecting' });
    expect(screen.queryByText(/No connection/)).not.toBeNull();
    become({ state: 'catching-up' });
    expect(screen.queryByText(/No connection/)).toBeNull();
  });

  it('[NT10] a short one is not worth a word', () => {
    const { become } = renderPort();
    become(waiting);
    pass(LOST_PATIENCE_MS - 1);
    become({ state: 'live' });
    become(waiting);
    pass(LOST_PATIENCE_MS - 1);
    expect(screen.queryByText(/No connection/)).toBeNull();
  });

  it('[OB19] the age of what is shown is said at once, and grows', () => {
    const { notices, run } = renderPort({ state: 'connecting' });
    run(() => notices.setDevice({ ...kept, lastKnownAt: Date.now() - 3 * 3_600_000 }));
    expect(screen.getByText('Last updated 3 hours ago, showing what this device has.')).toBeDefined();
    pass(3_600_000);
    expect(screen.getByText(/Last updated 4 hours ago/)).toBeDefined();
    run(() => notices.setDevice({ lastKnownAt: null }));
    expect(screen.queryByText(/Last updated/)).toBeNull();
  });
});

describe('a device that cannot keep anything', () => {
  it('[OB10] is told of in words, with what is at stake, and leaving is asked about', () => {
    const { notices, port, run } = renderPort();
    run(() => notices.setDevice({ keeps: 'no', problem: 'The storage of this device is full.' }));
    expect(screen.getByText('The storage of this device is full.')).toBeDefined();
    const leave = () => {
      const event = new Event('beforeunload', { cancelable: true });
      window.dispatchEvent(event);
      return event.defaultPrevented;
    };
    expect(leave()).toBe(false);
    run(() => port.submit({ ...about, kind: 'delete' }));
    expect(leave()).toBe(true);
    pass(UNSAVED_PATIENCE_MS);
    expect(screen.getByText(/full\. One change lives in this page only/)).toBeDefined();
  });
});
