import type { Task } from '@/lib/protocol';
import type { TaskStoreActions, TaskStoreData, TaskStoreState } from './task-store-state';
import type { TaskTable } from './task-table';

/**
 * Creates the maker of a store's states. `tasks` is an accessor that reads the table only when somebody asks: a change must
 * not cost a copy of a list that nobody looks at. It stands on the prototype, because making an object with an accessor of
 * its own costs a thousand times as much.
 */
export function createSnapshots<T extends Task>(table: TaskTable<T>, actions: TaskStoreActions<T>) {
  class TaskStoreSnapshot implements TaskStoreState<T> {
    readonly loading: boolean;
    readonly error: string | null;
    readonly filters: TaskStoreData<T>['filters'];
    readonly wsEnabled: boolean;
    readonly waiting: number;
    readonly receipts: TaskStoreData<T>['receipts'];
    readonly rejections: TaskStoreData<T>['rejections'];
    readonly device: TaskStoreData<T>['device'];
    readonly fetchTasks = actions.fetchTasks;
    readonly addTask = actions.addTask;
    readonly updateTaskData = actions.updateTaskData;
    readonly toggleTask = actions.toggleTask;
    readonly removeTask = actions.removeTask;
    readonly restoreTask = actions.restoreTask;
    readonly setFilters = actions.setFilters;
    readonly clearFilters = actions.clearFilters;
    readonly setSearchQuery = actions.setSearchQuery;
    readonly clearError = actions.clearError;
    readonly restoreMine = actions.restoreMine;
    readonly keepTheirs = actions.keepTheirs;
    readonly dismissReceipt = actions.dismissReceipt;
    readonly dismissRejection = actions.dismissRejection;
    readonly handleWebSocketMessage = actions.handleWebSocketMessage;
    readonly setWebSocketEnabled = actions.setWebSocketEnabled;

    constructor(data: Omit<TaskStoreData<T>, 'tasks'>) {
      this.loading = data.loading;
      this.error = data.error;
      this.filters = data.filters;
      this.wsEnabled = data.wsEnabled;
      this.waiting = data.waiting;
      this.receipts = data.receipts;
      this.rejections = data.rejections;
      this.device = data.device;
    }

    get tasks(): readonly T[] {
      return table.tasks();
    }
  }
  return (data: Omit<TaskStoreData<T>, 'tasks'>): TaskStoreState<T> => new TaskStoreSnapshot(data);
}
