import type { NewTask, Task, TaskChanges, TaskId, TaskMessage, WebSocketMessage } from '@/lib/protocol';
import type { ConflictReceipt, DeviceFacts, Rejection } from '@/lib/replica';
import type { TaskFilters } from './task-filters';

/** What {@link TaskStoreState} knows. */
export interface TaskStoreData<T extends Task = Task> {
  /** All visible tasks; filters do not touch it (see `useVisibleTasks`). The same array until something changes. */
  readonly tasks: readonly T[];
  /** No list has arrived yet, or one is being read. */
  readonly loading: boolean;
  /** What last went wrong, as a sentence for people; `null` when nothing did. */
  readonly error: string | null;
  readonly filters: TaskFilters;
  /** Are people to be told of remote changes? Has nothing to do with the connection. Default `true`. */
  readonly wsEnabled: boolean;
  /** How many own changes the server has not answered yet. */
  readonly waiting: number;
  /** What remote changes took from this user, newest last; they outlive a reload. */
  readonly receipts: readonly ConflictReceipt[];
  /** Own changes that the server refused for good, newest last, with their reasons; they outlive a reload. */
  readonly rejections: readonly Rejection[];
  /** What this device keeps, and how old what is shown is. */
  readonly device: DeviceFacts;
}

/**
 * What {@link TaskStoreState} can do. A promise of a change resolves when the change is kept on this side; it does not
 * wait for the server and never rejects because of it: a refusal appears as `error` and takes that change alone back.
 */
export interface TaskStoreActions<T extends Task = Task> {
  /** Reads all tasks anew; resolves also when that fails, `error` says why. */
  readonly fetchTasks: () => Promise<void>;
  /** Adds a task and returns it as it is shown until the server answers. An empty title is refused by a rejection. */
  readonly addTask: (task: NewTask<T>) => Promise<T>;
  /** Changes fields of a task. A task that is not there is left alone. */
  readonly updateTaskData: (id: TaskId, changes: TaskChanges<T>) => Promise<void>;
  /** Completes an open task, opens a completed one. */
  readonly toggleTask: (id: TaskId) => Promise<void>;
  /** Deletes a task. */
  readonly removeTask: (id: TaskId) => Promise<void>;
  /** Brings a deleted task back. */
  readonly restoreTask: (id: TaskId) => Promise<void>;
  readonly setFilters: (filters: Partial<TaskFilters>) => void;
  readonly clearFilters: () => void;
  readonly setSearchQuery: (search: string) => void;
  readonly clearError: () => void;
  /**
   * Puts back what a remote change took: a new change on what stands now, which may meet a conflict of its own. Of a
   * deleted task it brings the task back with the change; of an own delete it deletes again. The receipt goes.
   */
  readonly restoreMine: (receiptId: string) => void;
  /** Leaves what others made of it; the receipt goes. */
  readonly keepTheirs: (receiptId: string) => void;
  /** Takes a receipt off the list: the same as `keepTheirs`. */
  readonly dismissReceipt: (receiptId: string) => void;
  /** Takes a refusal off the list, by the id of its mutation: the person has seen it. */
  readonly dismissRejection: (mutationId: string) => void;
  /**
   * Tries a refused change again, by the id of its mutation: a new change on what stands now, of a new task under a new id.
   * The refusal goes.
   */
  readonly retryRejection: (mutationId: string) => void;
  /** Applies a message of seed 001, by the rules of the replica: duplicates and late news change nothing. */
  readonly handleWebSocketMessage: (message: TaskMessage<T> | WebSocketMessage) => void;
  /** Notifications on or off; the connection stays as it is. */
  readonly setWebSocketEnabled: (enabled: boolean) => void;
}

/** The state of the task store (seed 001's surface, and a little more). */
export type TaskStoreState<T extends Task = Task> = TaskStoreData<T> & TaskStoreActions<T>;
