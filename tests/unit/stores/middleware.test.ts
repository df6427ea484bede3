import { afterEach, describe, expect, it, vi } from 'vitest';
import { createJSONStorage, devtools, persist, subscribeWithSelector } from 'zustand/middleware';
import type { Task } from '@/lib/protocol';
import { createTaskStore } from '@/stores/create-task-store';
import { event, task } from '@/tests/unit/replica/fixtures';
import { scriptedPort } from './scripted-port';

function memoryStorage() {
  const items = new Map<string, string>();
  const storage = {
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => void items.set(name, value),
    removeItem: (name: string) => void items.delete(name),
  };
  return { items, storage };
}

/** A browser with the extension of the devtools; what it was sent is kept. */
function openDevtools() {
  const sent: { readonly type: string; readonly state: { readonly filters: unknown; readonly tasks: unknown } }[] = [];
  let listener: ((message: unknown) => void) | undefined;
  const connection = {
    init: (state: (typeof sent)[0]['state']) => void sent.push({ type: '@@INIT', state }),
    send: ({ type }: { readonly type: string }, state: (typeof sent)[0]['state']) => void sent.push({ type, state }),
    subscribe(next: (message: unknown) => void) {
      listener = next;
      return () => {};
    },
  };
  vi.stubGlobal('window', { __REDUX_DEVTOOLS_EXTENSION__: { connect: () => connection } });
  return {
    sent,
    travel: (state: object) =>
      listener?.({ type: 'DISPATCH', payload: { type: 'JUMP_TO_STATE' }, state: JSON.stringify(state) }),
  };
}

afterEach(() => vi.unstubAllGlobals());

describe('Zustand middleware around the task store', () => {
  it('[RX31] persist keeps the filters and brings them back, and the tasks stay the replica’s', () => {
    const { items, storage } = memoryStorage();
    const create = () =>
      createTaskStore<Task>({
        enhance: (state) =>
          persist(state, {
            name: 'list',
            storage: createJSONStorage(() => storage),
            partialize: ({ filters, wsEnabled }) => ({ filters, wsEnabled }),
          }),
      });
    const first = create();
    const { port, hear } = scriptedPort();
    first.bind(port);
    hear(event('created', task('a', 1)));
    first.getState().setSearchQuery('milk');
    first.getState().setWebSocketEnabled(false);
    expect(JSON.parse(items.get('list') ?? '')).toMatchObject({ state: { filters: { search: 'milk' } } });
    expect(items.get('list')).not.toContain('Task a');

    const second = create();
    expect(second.getState()).toMatchObject({ filters: { search: 'milk' }, wsEnabled: false, tasks: [] });
    const other = scriptedPort();
    second.bind(other.port);
    other.hear(event('created', task('b', 1)));
    expect(second.getState()).toMatchObject({ filters: { search: 'milk' }, tasks: [{ id: 'b' }] });
  });

  it('[RX31] persist without a choice brings back nothing that the port knows better', async () => {
    const { items, storage } = memoryStorage();
    const stale = { waiting: 7, receipts: [{ id: 'x' }], tasks: [task('old', 1)], wsEnabled: false, loading: true };
    items.set('list', JSON.stringify({ state: stale, version: 0 }));
    const slow = { ...storage, getItem: async (name: string) => storage.getItem(name) };
    const store = createTaskStore<Task>({
      enhance: (state) => persist(state, { name: 'list', storage: createJSONStorage(() => slow) }),
    });
    const told = vi.fn();
    store.subscribe(told);
    await vi.waitFor(() => expect(store.getState().wsEnabled).toBe(false));
    expect(told).toHaveBeenCalled();
    expect(store.getState()).toMatchObject({ waiting: 0, receipts: [], tasks: [], loading: false });
    expect(store.getState().addTask).toBeTypeOf('function');
  });

  it('[RX31] devtools see each telling and each action, and set only what is the store’s own', () => {
    const { sent, travel } = openDevtools();
    const store = createTaskStore<Task>({
      enhance: (state) => devtools(state, { enabled: true, anonymousActionType: 'tasks' }),
      scheduleTurn: () => {},
    });
    const { port, hear } = scriptedPort();
    store.bind(port);
    const before = sent.length;
    hear(event('created', task('a', 1)));
    store.flush();
    store.getState().setSearchQuery('milk');
    expect(sent.slice(before).map(({ type }) => type)).toEqual(['tasks', 'tasks']);
    expect(JSON.parse(JSON.stringify(sent.at(-1)?.state))).toMatchObject({
      filters: { search: 'milk' },
      tasks: [{ id: 'a' }],
    });
    travel({ filters: { status: 'all', priority: 'all', search: 'bread' }, tasks: [] });
    expect(store.getState()).toMatchObject({ filters: { search: 'bread' }, tasks: [{ id: 'a' }] });
  });

  it('[RX31] subscribeWithSelector tells of what was selected, both together with persist', () => {
    const { storage } = memoryStorage();
    const store = createTaskStore<Task>({
      enhance: (state) =>
        subscribeWithSelector(persist(state, { name: 'list', storage: createJSONStorage(() => storage) })),
      scheduleTurn: () => {},
    });
    const told: unknown[] = [];
    Reflect.apply(store.subscribe, store, [
      ({ filters }: { filters: { search: string } }) => filters.search,
      (search: string) => told.push(search),
    ]);
    store.getState().setFilters({ status: 'active' });
    store.getState().setSearchQuery('milk');
    expect(told).toEqual(['milk']);
  });
});
