'use client';

import { createContext } from 'react';
import type { Task } from '@/lib/protocol';
import { createTaskStore, type TaskStore } from './create-task-store';
import type { TaskStoreState } from './task-store-state';
import { type FirstState, type StoreHook, useFirstOrStore } from './use-first-or-store';

const store = createTaskStore<Task>();

/** Gives a subtree the tasks that the server rendered with. */
export const TaskFirstState = createContext<FirstState<TaskStoreState> | null>(null);

function useStore(): TaskStoreState;
function useStore<U>(selector: (state: TaskStoreState) => U): U;
function useStore<U>(selector?: (state: TaskStoreState) => U): TaskStoreState | U {
  return useFirstOrStore<TaskStoreState, TaskStoreState | U>(TaskFirstState, store, selector ?? ((state) => state));
}

/**
 * The task store of this tab: a Zustand store and a hook at once (seed 001). Filled by the nearest `TaskSyncProvider`;
 * on the server and in the first frame of a page the hook reads that provider's `initial` prop.
 */
export const useTaskStore: StoreHook<TaskStoreState> & TaskStore<Task> = Object.assign(useStore, store);
