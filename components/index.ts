/**
 * The library's front door, `taskwire`: the provider, what it fills and what it is made of. Sonner has to be installed for
 * it; `taskwire/websocket` needs neither Sonner nor a store.
 */
// By name: lib/protocol calls the five dialects so too, which are at `taskwire/protocol`.
export {
  autoDetect,
  type ConnectorPlan,
  defineConnector,
  type NativeOptions,
  native,
  realTimeSync,
  syncService,
  taskmd,
  taskUpdate,
  todo,
} from '@/lib/connectors';
export * from '@/lib/protocol';
export type { ConflictReceipt, DeviceFacts, Rejection, TaskSafety } from '@/lib/replica';
export { countUnsentChanges, forgetUser, hasUnsentChanges, type SyncStatus } from '@/lib/sync';
export {
  type UseTaskWebSocketOptions,
  type UseTaskWebSocketResult,
  type UseWebSocketOptions,
  type UseWebSocketResult,
  useTaskWebSocket,
  useWebSocket,
  WebSocketSyncClient,
} from '@/lib/websocket';
export { AuthHydration } from '@/stores/auth-hydration';
export { type AuthState, type AuthUser, useAuthStore } from '@/stores/auth-store';
export { createTaskStore, type TaskStore, type TaskStoreOptions } from '@/stores/create-task-store';
export { compareTasks, matchesFilters, NO_FILTERS, type TaskFilters } from '@/stores/task-filters';
export { useVisibleTasks } from '@/stores/task-selectors';
export { useTaskStore } from '@/stores/task-store';
export type { TaskStoreActions, TaskStoreData, TaskStoreState } from '@/stores/task-store-state';
export type { TaskView } from '@/stores/task-view';
export { useTask } from '@/stores/use-task';
export { type TaskIdChunks, useTaskIds } from '@/stores/use-task-ids';
export { useTaskSafety } from '@/stores/use-task-safety';
export * from './tasks';
