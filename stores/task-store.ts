'use client';

import type { Task } from '@/lib/protocol';
import { createTaskStore, type TaskStore } from './create-task-store';
import { createHydratedStore, type StoreHook } from './hydrated-store';
import type { TaskStoreState } from './task-store-state';

const store = createTaskStore<Task>();
const hydrated = createHydratedStore<TaskStoreState>(store);

/**
 * The task store of this tab: a Zustand store and a hook at once (seed 001). Filled by the nearest `TaskSyncProvider`;
 * on the server and in the first frame of a page the hook reads that provider's `initial` prop.
 */
export const useTaskStore: StoreHook<TaskStoreState> & TaskStore<Task> = Object.assign(hydrated.useStore, store);

/** Gives a subtree the tasks that the server rendered with. */
export const TaskFirstStateProvider = hydrated.FirstStateProvider;
