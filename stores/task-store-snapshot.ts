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
    declare readonly loading: boolean;
    declare readonly error: string | null;
    declare readonly filters: TaskStoreData<T>['filters'];
    declare readonly wsEnabled: boolean;
    declare readonly waiting: number;
    declare readonly receipts: TaskStoreData<T>['receipts'];
    declare readonly rejections: TaskStoreData<T>['rejections'];
    declare readonly device: TaskStoreData<T>['device'];
    declare readonly fetchTasks: TaskStoreActions<T>['fetchTasks'];
    declare readonly addTask: TaskStoreActions<T>['addTask'];
    declare readonly updateTaskData: TaskStoreActions<T>['updateTaskData'];
    declare readonly toggleTask: TaskStoreActions<T>['toggleTask'];
    declare readonly removeTask: TaskStoreActions<T>['removeTask'];
    declare readonly restoreTask: TaskStoreActions<T>['restoreTask'];
    declare readonly setFilters: TaskStoreActions<T>['setFilters'];
    declare readonly clearFilters: TaskStoreActions<T>['clearFilters'];
    declare readonly setSearchQuery: TaskStoreActions<T>['setSearchQuery'];
    declare readonly clearError: TaskStoreActions<T>['clearError'];
    declare readonly restoreMine: TaskStoreActions<T>['restoreMine'];
    declare readonly keepTheirs: TaskStoreActions<T>['keepTheirs'];
    declare readonly dismissReceipt: TaskStoreActions<T>['dismissReceipt'];
    declare readonly dismissRejection: TaskStoreActions<T>['dismissRejection'];
    declare readonly handleWebSocketMessage: TaskStoreActions<T>['handleWebSocketMessage'];
    declare readonly setWebSocketEnabled: TaskStoreActions<T>['setWebSocketEnabled'];

    // Plain assignments: fields with initialisers are defined one by one, at twenty times the price.
    constructor(data: Omit<TaskStoreData<T>, 'tasks'>) {
      this.loading = data.loading;
      this.error = data.error;
      this.filters = data.filters;
      this.wsEnabled = data.wsEnabled;
      this.waiting = data.waiting;
      this.receipts = data.receipts;
      this.rejections = data.rejections;
      this.device = data.device;
      this.fetchTasks = actions.fetchTasks;
      this.addTask = actions.addTask;
      this.updateTaskData = actions.updateTaskData;
      this.toggleTask = actions.toggleTask;
      this.removeTask = actions.removeTask;
      this.restoreTask = actions.restoreTask;
      this.setFilters = actions.setFilters;
      this.clearFilters = actions.clearFilters;
      this.setSearchQuery = actions.setSearchQuery;
      this.clearError = actions.clearError;
      this.restoreMine = actions.restoreMine;
      this.keepTheirs = actions.keepTheirs;
      this.dismissReceipt = actions.dismissReceipt;
      this.dismissRejection = actions.dismissRejection;
      this.handleWebSocketMessage = actions.handleWebSocketMessage;
      this.setWebSocketEnabled = actions.setWebSocketEnabled;
    }

    get tasks(): readonly T[] {
      return table.tasks();
    }
  }
  return (data: Omit<TaskStoreData<T>, 'tasks'>): TaskStoreState<T> => new TaskStoreSnapshot(data);
}
