import type { Task } from '@/lib/protocol';
import { NO_FACTS, type PortFacts, type TaskPort } from '@/lib/replica';
import { NO_FILTERS } from './task-filters';
import type { TaskStoreActions, TaskStoreData, TaskStoreState } from './task-store-state';

/** What a store knows by itself; the rest of a state is read from its port. */
export type OwnData<T extends Task> = Pick<TaskStoreData<T>, 'error' | 'filters' | 'loading' | 'wsEnabled'>;

/** What a store without tasks knows. */
export const EMPTY_DATA: OwnData<Task> = { loading: false, error: null, filters: NO_FILTERS, wsEnabled: true };

/** The facts of a store that nobody filled yet. */
export const EMPTY_FACTS: PortFacts = { ...NO_FACTS, device: { ...NO_FACTS.device, keeps: 'opening' } };

/** Whose tasks a store shows; another port after each binding. */
export interface PortHolder<T extends Task> {
  port: TaskPort<T>;
  /** One for each list that was asked for and is not there yet. */
  readonly readings: Set<object>;
}

/** Has no list arrived yet, or is one being read ([RX40])? */
export function isLoading<T extends Task>({ port, readings }: PortHolder<T>): boolean {
  return readings.size > 0 || !port.isReady();
}

/**
 * One state of a task store. `tasks` is an accessor that reads the table only when somebody asks: a change must not cost a
 * copy of a list that nobody looks at. It stands on the prototype, because making an object with an accessor of its own
 * costs a thousand times as much. One class for all stores: states of a class of their own would be strangers to the
 * compiler in each.
 */
export class TaskStoreSnapshot<T extends Task> implements TaskStoreState<T> {
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
  declare readonly retryRejection: TaskStoreActions<T>['retryRejection'];
  declare readonly handleWebSocketMessage: TaskStoreActions<T>['handleWebSocketMessage'];
  declare readonly setWebSocketEnabled: TaskStoreActions<T>['setWebSocketEnabled'];

  readonly #holder: PortHolder<T>;

  // Plain assignments: fields with initialisers are defined one by one, at twenty times the price.
  constructor(holder: PortHolder<T>, actions: TaskStoreActions<T>, own: OwnData<T>, facts: PortFacts, waiting: number) {
    this.#holder = holder;
    this.loading = own.loading;
    this.error = own.error;
    this.filters = own.filters;
    this.wsEnabled = own.wsEnabled;
    this.waiting = waiting;
    this.receipts = facts.receipts;
    this.rejections = facts.rejections;
    this.device = facts.device;
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
    this.retryRejection = actions.retryRejection;
    this.handleWebSocketMessage = actions.handleWebSocketMessage;
    this.setWebSocketEnabled = actions.setWebSocketEnabled;
  }

  get tasks(): readonly T[] {
    return this.#holder.port.replica.table.tasks();
  }

  /** As developer tools show it: an accessor of the prototype is no field of JSON. */
  toJSON(): object {
    return { ...this, tasks: this.tasks };
  }
}
