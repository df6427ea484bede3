import { describe, expect, it, vi } from 'vitest';
import type { Mutation, Task } from '@/lib/protocol';
import type { ConflictReceipt } from '@/lib/replica';
import { createTaskStore } from '@/stores/create-task-store';
import { event, task } from '@/tests/unit/replica/fixtures';
import { scriptedPort } from './scripted-port';

describe('the task store', () => {
  it('[RP11] handles the messages of seed 001 without any provider', () => {
    const store = createTaskStore();
    const { handleWebSocketMessage } = store.getState();
    const bare = { id: 123, title: 'New Task', completed: false } as unknown as Task;
    handleWebSocketMessage({
      type: 'task_update',
      event: 'task.created',
      task: bare,
      timestamp: '2025-12-31T12:00:00Z',
    });
    expect(store.getState().tasks).toMatchObject([{ id: 123, title: 'New Task', status: 'pending' }]);
    handleWebSocketMessage({ type: 'task_update', event: 'task.completed', task: { id: '123', completed: true } });
    expect(store.getState().tasks).toMatchObject([{ title: 'New Task', completed: true }]);
    handleWebSocketMessage({ type: 'ping', timestamp: null });
    handleWebSocketMessage({ type: 'task_update', event: 'task.deleted', task: { id: 123 } });
    expect(store.getState().tasks).toEqual([]);
  });

  it('[OB1] keeps what was changed before a session was bound and hands it over', async () => {
    const store = createTaskStore();
    await store.getState().addTask({ title: ' Early ' });
    expect(store.getState()).toMatchObject({ tasks: [{ title: 'Early' }], waiting: 1 });
    const { port, submitted } = scriptedPort();
    store.bind(port);
    expect(submitted).toMatchObject([{ kind: 'create', task: { title: 'Early' } }]);
    expect(store.getState()).toMatchObject({ tasks: [{ title: 'Early' }], waiting: 1 });
  });

  it('[OB38] fetchTasks says the cure where no provider is mounted, and nothing when one is in time', async () => {
    vi.useFakeTimers();
    const without = createTaskStore();
    const within = createTaskStore();
    const fetches = [without, within].map((store) => store.getState().fetchTasks());
    await vi.advanceTimersByTimeAsync(9_999);
    within.bind(scriptedPort().port);
    await vi.advanceTimersByTimeAsync(1);
    await Promise.all(fetches);
    expect([without, within].map((store) => store.getState().error)).toEqual([
      'No list: no TaskSyncProvider is mounted. Put one around what uses useTaskStore.',
      null,
    ]);
    expect(without.getState().loading).toBe(false);
    vi.useRealTimers();
  });

  it('[OB1] fetchTasks before a session was bound waits for it', async () => {
    const store = createTaskStore();
    const fetched = store.getState().fetchTasks();
    expect(store.getState().loading).toBe(true);
    store.bind(scriptedPort().port);
    await fetched;
    expect(store.getState()).toMatchObject({ loading: false, error: null });
  });

  it('[RX40] loads until the last list that was asked for is there, whatever happens meanwhile', async () => {
    const store = createTaskStore();
    const { port, hear } = scriptedPort();
    const answers: (() => void)[] = [];
    const refresh = () => new Promise<void>((resolve) => answers.push(resolve));
    store.bind({ ...port, refresh });
    const fetches = [store.getState().fetchTasks(), store.getState().fetchTasks()];
    hear(event('created', task('a', 1)));
    expect(store.getState()).toMatchObject({ loading: true, tasks: [{ id: 'a' }] });
    store.flush();
    expect(store.getState().loading).toBe(true);
    for (const fetched of fetches) {
      expect(store.getState().loading).toBe(true);
      answers.shift()?.();
      await fetched;
    }
    expect(store.getState().loading).toBe(false);
    hear(event('created', task('b', 1)));
    expect(store.getState().loading).toBe(false);
  });

  it('[RX40] does not load for the next user what was asked for the one before', async () => {
    const store = createTaskStore();
    const unbind = store.bind({ ...scriptedPort('u1').port, refresh: () => new Promise(() => {}) });
    void store.getState().fetchTasks();
    expect(store.getState().loading).toBe(true);
    unbind();
    expect(store.getState().loading).toBe(false);
    store.bind(scriptedPort('u2').port);
    expect(store.getState().loading).toBe(false);
  });

  it('[RP13] is empty after its session is unbound and shows the next one alone', () => {
    const store = createTaskStore();
    const first = scriptedPort('u1');
    const unbind = store.bind(first.port);
    first.hear(event('created', task('secret', 1)));
    unbind();
    expect(store.getState()).toMatchObject({ tasks: [], waiting: 0, receipts: [], error: null });
    expect(first.listeners()).toBe(0);
    store.bind(scriptedPort('u2').port);
    first.hear(event('created', task('late', 1)));
    expect(store.getState().tasks).toEqual([]);
  });

  it('[RP12] says why a change was refused', () => {
    const store = createTaskStore();
    const { port, refuse } = scriptedPort();
    store.bind(port);
    refuse({
      mutation: { kind: 'delete', id: 'm', taskId: 'a' },
      status: 403,
      reason: 'Only the owner may delete this.',
    });
    expect(store.getState().error).toBe('Only the owner may delete this.');
    store.getState().clearError();
    expect(store.getState().error).toBeNull();
  });

  it('[OB5] fetchTasks says what went wrong and does not reject', async () => {
    const store = createTaskStore();
    store.bind(scriptedPort().port);
    await store.getState().fetchTasks();
    await store.getState().fetchTasks();
    expect(store.getState()).toMatchObject({ loading: false, error: 'The server is away.' });
  });

  it('[RP11] toggles, changes, removes and restores by mutations of what is shown', async () => {
    const store = createTaskStore();
    const { port, submitted, hear } = scriptedPort();
    store.bind(port);
    hear(event('created', task('a', 1)));
    await store.getState().toggleTask('a');
    await store.getState().toggleTask('a');
    await store.getState().updateTaskData('a', { title: 'B' });
    await store.getState().removeTask('a');
    await store.getState().removeTask('a');
    await store.getState().restoreTask('a');
    await store.getState().toggleTask('unknown');
    expect(submitted.map(({ kind }) => kind)).toEqual(['update', 'update', 'update', 'delete', 'restore']);
    expect(submitted.slice(0, 2)).toMatchObject([
      { changes: { completed: true, status: 'completed' } },
      { changes: { completed: false, status: 'pending' } },
    ]);
    expect(new Set(submitted.map(({ id }) => id)).size).toBe(5);
  });

  it('[RP11] refuses a task without a title and says so', async () => {
    await expect(createTaskStore().getState().addTask({ title: '  ' })).rejects.toThrow('needs a title');
  });

  it('[NT5] switches notifications without anything else', () => {
    const store = createTaskStore();
    store.getState().setWebSocketEnabled(false);
    expect(store.getState().wsEnabled).toBe(false);
    const unbind = store.bind(scriptedPort().port);
    unbind();
    expect(store.getState().wsEnabled).toBe(false);
  });

  it('[RP8] keeps one receipt per field until it is dismissed', () => {
    const store = createTaskStore();
    const { port, hear } = scriptedPort();
    store.bind(port);
    hear(event('created', task('a', 1)));
    port.submit({ kind: 'update', id: 'm1', taskId: 'a', changes: { title: 'Mine' } });
    hear(event('updated', task('a', 2, { title: 'Theirs' })));
    const [receipt] = store.getState().receipts;
    expect(receipt).toMatchObject({ field: 'title', yours: 'Mine', theirs: 'Theirs' });
    store.getState().dismissReceipt(receipt?.id ?? '');
    expect(store.getState().receipts).toEqual([]);
  });

  it('[RP11] changes filters one by one and all at once', () => {
    const store = createTaskStore();
    store.getState().setFilters({ status: 'active' });
    store.getState().setSearchQuery('milk');
    expect(store.getState().filters).toEqual({ status: 'active', priority: 'all', search: 'milk' });
    store.getState().clearFilters();
    expect(store.getState().filters).toEqual({ status: 'all', priority: 'all', search: '' });
  });

  it('[RX13] keeps the same array until a task changes', () => {
    const store = createTaskStore();
    const { port, hear } = scriptedPort();
    store.bind(port);
    hear(event('created', task('a', 1)));
    const { tasks } = store.getState();
    store.getState().setFilters({ search: 'x' });
    expect(store.getState().tasks).toBe(tasks);
  });

  it('[RX13] tells the first change of a burst at once and the rest together, and is current whenever it is read', () => {
    const turns: (() => void)[] = [];
    const store = createTaskStore({ scheduleTurn: (callback) => turns.push(callback) });
    const { handleWebSocketMessage } = store.getState();
    let told = 0;
    store.subscribe(() => {
      told += 1;
    });
    for (let index = 0; index < 500; index++) {
      handleWebSocketMessage({ type: 'task_update', event: 'task.created', task: task(`t${index}`, 1) });
      expect(store.getState().tasks).toHaveLength(index + 1);
    }
    expect(told).toBe(1);
    turns.shift()?.();
    expect(told).toBe(2);
    turns.shift()?.();
    expect(turns).toEqual([]);
  });

  it('[RX29] makes no state for each change of a burst, and is current all the same', () => {
    const store = createTaskStore({ scheduleTurn: () => {} });
    const { port, hear } = scriptedPort();
    store.bind(port);
    hear(event('created', task('a', 1)));
    const states = new Set<unknown>();
    for (let version = 2; version < 100; version++) {
      hear(event('updated', task('a', version)));
      expect(store.getState().tasks).toMatchObject([{ version }]);
      states.add(store.getState());
    }
    port.submit({ kind: 'update', id: 'm1', taskId: 'a', changes: { title: 'Mine' } });
    expect(store.getState()).toMatchObject({ waiting: 1, tasks: [{ title: 'Mine' }] });
    expect(states.size).toBe(1);
    const [before] = states;
    const told: unknown[] = [];
    store.subscribe((state) => told.push(state));
    store.flush();
    expect(told).toEqual([store.getState()]);
    expect(told[0]).not.toBe(before);
  });

  it('[RX15] tells a row of its own task alone and the list of comings and goings alone', () => {
    const store = createTaskStore({ scheduleTurn: (callback) => queueMicrotask(callback) });
    const { port, hear } = scriptedPort();
    store.bind(port);
    hear(event('created', task('a', 1)));
    hear(event('created', task('b', 1)));
    store.flush();
    const told: string[] = [];
    const undos = [
      store.subscribeTask('a', () => told.push('a')),
      store.subscribeTask('b', () => told.push('b')),
      store.ids().subscribe(() => told.push('list')),
    ];
    hear(event('updated', task('a', 2)));
    store.flush();
    expect(told).toEqual(['a']);
    hear(event('deleted', task('b', 2)));
    store.flush();
    expect(told).toEqual(['a', 'b', 'list']);
    for (const undo of undos) undo();
    hear(event('updated', task('a', 3)));
    store.flush();
    expect(told).toHaveLength(3);
  });

  it('[RX15] keeps its actions and its tasks when somebody sets a part of the state', () => {
    const store = createTaskStore();
    store.setState({ error: 'Mine.' });
    store.getState().handleWebSocketMessage({ type: 'task_update', event: 'task.created', task: task('a', 1) });
    expect(store.getState()).toMatchObject({ error: 'Mine.', tasks: [{ id: 'a' }] });
  });

  const receipt = (field: string, yours: unknown, theirs: unknown = 'theirs'): ConflictReceipt => ({
    id: `a:${field}`,
    taskId: 'a',
    field,
    yours,
    theirs,
  });

  it('[OB17] puts back a value by a new change, and the receipt goes', () => {
    const store = createTaskStore();
    const { port, submitted, hear, take } = scriptedPort();
    store.bind(port);
    hear(event('created', task('a', 2, { title: 'Theirs' })));
    take(receipt('title', 'Mine'));
    take(receipt('priority', 'high'));
    store.getState().restoreMine('a:title');
    expect(submitted).toMatchObject([{ kind: 'update', taskId: 'a', changes: { title: 'Mine' } }]);
    expect(store.getTask('a')?.title).toBe('Mine');
    expect(store.getState().receipts).toMatchObject([{ field: 'priority' }]);
    store.getState().restoreMine('unknown');
    store.getState().keepTheirs('a:priority');
    expect(store.getState().receipts).toEqual([]);
    expect(submitted).toHaveLength(1);
  });

  it('[OB17] puts completed and status back together', () => {
    const store = createTaskStore();
    const { port, submitted, hear, take } = scriptedPort();
    store.bind(port);
    hear(event('created', task('a', 2)));
    take(receipt('completed', true, false));
    take(receipt('status', 'completed', 'in_progress'));
    store.getState().restoreMine('a:status');
    expect(submitted).toMatchObject([{ changes: { completed: true, status: 'completed' } }]);
    expect(store.getState().receipts).toEqual([]);
  });

  it('[OB17] brings a task that others deleted back with the change, and deletes again what others changed', () => {
    const store = createTaskStore();
    const { port, submitted, hear, take } = scriptedPort();
    store.bind(port);
    take(receipt('*', { title: 'Mine' }, undefined));
    store.getState().restoreMine('a:*');
    expect(submitted).toMatchObject([
      { kind: 'restore', taskId: 'a' },
      { kind: 'update', changes: { title: 'Mine' } },
    ]);
    hear(event('created', task('b', 2)));
    take({ ...receipt('*', undefined, task('b', 2)), id: 'b:*', taskId: 'b' });
    store.getState().restoreMine('b:*');
    expect(submitted.at(-1)).toMatchObject({ kind: 'delete', taskId: 'b' });
    expect(store.getTask('b')).toBeUndefined();
    expect(store.getState().receipts).toEqual([]);
  });

  it('[OB14] shows refusals with their reasons until they are dismissed', () => {
    const store = createTaskStore();
    const { port, refuse } = scriptedPort();
    store.bind(port);
    const mutation: Mutation = { kind: 'delete', id: 'm', taskId: 'a' };
    refuse({ mutation, status: 403, reason: 'No.' });
    expect(store.getState().rejections).toEqual([{ mutation, status: 403, reason: 'No.' }]);
    store.getState().dismissRejection('m');
    expect(store.getState().rejections).toEqual([]);
  });

  it('[OB13] tells of a task’s safety by its id alone', () => {
    const store = createTaskStore({ scheduleTurn: (callback) => queueMicrotask(callback) });
    const { port, hear } = scriptedPort();
    store.bind(port);
    hear(event('created', task('a', 1)));
    store.flush();
    const told: string[] = [];
    store.subscribeTaskSafety('a', () => told.push('a'));
    store.subscribeTaskSafety('b', () => told.push('b'));
    expect(store.getTaskSafety('a')).toBe('saved');
    port.submit({ kind: 'update', id: 'm1', taskId: 'a', changes: { title: 'Mine' } });
    store.flush();
    expect(store.getTaskSafety('a')).toBe('saving');
    expect(told).toEqual(['a']);
  });
});
