import {
  createUuid,
  decodeTaskUpdate,
  type Mutation,
  readCanonical,
  type Task,
  type TaskChanges,
  type TaskMessage,
  type WebSocketMessage,
} from '@/lib/protocol';
import { type TaskPort, viewOf } from '@/lib/replica';
import { renewMutation } from './renew-mutation';
import { mutationsOfReceipt } from './restore-mine';
import { NO_FILTERS } from './task-filters';
import { isLoading, type PortHolder } from './task-store-snapshot';
import type { TaskStoreActions, TaskStoreData } from './task-store-state';

/** The actions of a task store: each turns a person's wish into a mutation for whoever owns the replica at that moment. */
export function createTaskActions<T extends Task>(
  set: (data: Partial<TaskStoreData<T>>) => void,
  get: () => TaskStoreData<T>,
  holder: PortHolder<T>,
): TaskStoreActions<T> {
  const port = () => holder.port;
  const submit = (mutation: Mutation<T>) => {
    refuseOnServer();
    port().submit(mutation);
  };
  const update = (id: T['id'], changes: TaskChanges<T>) => {
    if (viewOf(port().replica, id) !== undefined) submit({ kind: 'update', id: createUuid(), taskId: id, changes });
  };
  const drop = (noticeId: string) => {
    refuseOnServer();
    port().dropNotices(new Set([noticeId]));
  };

  return {
    async fetchTasks() {
      refuseOnServer();
      const reading = {};
      holder.readings.add(reading);
      set({ loading: true, error: null });
      try {
        await port().refresh();
      } catch (error) {
        set({ error: error instanceof Error ? error.message : String(error) });
      } finally {
        holder.readings.delete(reading);
        set({ loading: isLoading(holder) });
      }
    },
    async addTask(task) {
      const title = task.title.trim();
      if (title === '') throw new TypeError('A task needs a title.');
      const taskId = createUuid();
      const draft = draftOf<T>({ ...task, title }, taskId, port().userId);
      submit({ kind: 'create', id: createUuid(), taskId, task: { ...task, title }, draft });
      return draft;
    },
    async updateTaskData(id, changes) {
      update(id, changes);
    },
    async toggleTask(id) {
      const task = viewOf(port().replica, id);
      if (task === undefined) return;
      const completed = !task.completed;
      update(id, { completed, status: completed ? 'completed' : 'pending' } as TaskChanges<T>);
    },
    async removeTask(id) {
      if (viewOf(port().replica, id) !== undefined) submit({ kind: 'delete', id: createUuid(), taskId: id });
    },
    async restoreTask(id) {
      if (viewOf(port().replica, id) === undefined) submit({ kind: 'restore', id: createUuid(), taskId: id });
    },
    setFilters: (filters) => set({ filters: { ...get().filters, ...filters } }),
    clearFilters: () => set({ filters: NO_FILTERS }),
    setSearchQuery: (search) => set({ filters: { ...get().filters, search } }),
    clearError: () => set({ error: null }),
    restoreMine(receiptId) {
      refuseOnServer();
      const { receipts } = port().getFacts();
      const wanted = receipts.find(({ id }) => id === receiptId);
      if (wanted === undefined) return;
      const { mutations, settled } = mutationsOfReceipt<T>(wanted, receipts, viewOf(port().replica, wanted.taskId));
      for (const mutation of mutations) port().submit(mutation);
      // Last: a receipt too many is better than one that is gone with nothing put back.
      port().dropNotices(settled);
    },
    keepTheirs: drop,
    dismissReceipt: drop,
    dismissRejection: drop,
    retryRejection(mutationId) {
      refuseOnServer();
      const refused = port()
        .getFacts()
        .rejections.find(({ mutation }) => mutation.id === mutationId);
      if (refused === undefined) return;
      // What was kept of it is of this store's task type: its own port put it there.
      port().submit(renewMutation(refused.mutation as Mutation<T>));
      drop(mutationId);
    },
    handleWebSocketMessage(message) {
      receiveMessage(port(), message);
    },
    setWebSocketEnabled: (wsEnabled) => set({ wsEnabled }),
  };
}

/** One function for all stores: what is compiled of it for one serves the next. */
function receiveMessage<T extends Task>(port: TaskPort<T>, message: TaskMessage<T> | WebSocketMessage): void {
  refuseOnServer();
  const event = readCanonical<T>(message);
  if (event !== undefined) port.receive(event);
  else for (const each of decodeTaskUpdate<T>(message).events) port.receive(each);
}

/** A new task as it is shown until the server answers: what the server will set is guessed. */
function draftOf<T extends Task>(task: object & { title: string }, id: string, userId: string | null): T {
  const now = new Date().toISOString();
  const guessed = { status: 'pending', completed: false, createdAt: now, updatedAt: now, ownerId: userId ?? '' };
  return { ...guessed, ...task, id } as unknown as T;
}

/** Reading the environment costs more than a whole change, so it is read once. */
const isServer =
  typeof window === 'undefined' && typeof process !== 'undefined' && process.env.NEXT_RUNTIME !== undefined;

function refuseOnServer(): void {
  if (isServer) {
    throw new Error(
      'The task store was changed while rendering on the server, where all requests share it. ' +
        'Pass what the server knows as the `initial` prop of TaskSyncProvider instead.',
    );
  }
}
