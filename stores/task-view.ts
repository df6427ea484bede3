import { type Task, taskKey, type Undo } from '@/lib/protocol';
import type { TaskEntry } from '@/lib/replica';
import { KeyedListeners } from './keyed-listeners';
import { SortedTasks } from './sorted-tasks';
import { compareTasks, createMatcher, type TaskFilters } from './task-filters';

/** Where a view takes its tasks from. */
export interface ViewSource<T extends Task> {
  /** All tasks, in any order. */
  tasks(): readonly T[];
  /** Another number after each change of them. */
  readonly changes: number;
}

/** What filters let through, in the order of the list. What is read is always current. */
export interface TaskView<T extends Task = Task> {
  readonly size: number;
  /** The tasks; the same array until one of them changes. */
  tasks(): readonly T[];
  /** Their ids in chunks; a chunk is the same array until one of it comes, goes or moves, and so is the array of chunks. */
  chunks(): readonly (readonly string[])[];
  /** Called when one came, went or moved, at most twice a turn. */
  subscribe(listener: () => void): Undo;
  /** Called also when one only changed. */
  subscribeTasks(listener: () => void): Undo;
}

const IDS = 'ids';
const TASKS = 'tasks';

/**
 * A view that keeps up: while somebody listens, a change of one task costs a search in the order, and nothing is filtered
 * anew ([RP22]). While nobody does, it costs nothing, and the next reading filters once.
 */
export class FilteredView<T extends Task> implements TaskView<T> {
  readonly #matches: (task: Task) => boolean;
  readonly #listeners = new KeyedListeners();
  /** Each task as it stands in the order; only there it can be found. */
  #held = new Map<string, T>();
  #sorted = new SortedTasks<T>([]);
  /** That of the source at which this stands. */
  #changes: number | undefined;
  #untold: typeof IDS | typeof TASKS | undefined;

  /** @param onListening Called with whether anybody listens, each time that this changes. */
  constructor(
    filters: TaskFilters,
    readonly source: ViewSource<T>,
    readonly onListening: (view: FilteredView<T>, isListening: boolean) => void = () => {},
  ) {
    this.#matches = createMatcher(filters);
  }

  get size(): number {
    return this.#current().size;
  }

  tasks(): readonly T[] {
    return this.#current().tasks();
  }

  chunks(): readonly (readonly string[])[] {
    return this.#current().chunks();
  }

  subscribe(listener: () => void): Undo {
    return this.#add(IDS, listener);
  }

  subscribeTasks(listener: () => void): Undo {
    return this.#add(TASKS, listener);
  }

  /** Takes one change of the source; it has to hear of each while somebody listens. */
  take(entries: readonly TaskEntry<T>[]): void {
    if (this.#changes !== this.source.changes - 1) {
      this.reset();
      return;
    }
    for (const { key, view } of entries) this.#put(key, view !== undefined && this.#matches(view) ? view : undefined);
    this.#changes = this.source.changes;
  }

  /** Everything is other than it was. */
  reset(): void {
    this.#untold = IDS;
  }

  /** Tells listeners what they have not been told. */
  tell(): void {
    const untold = this.#untold;
    this.#untold = undefined;
    if (untold === undefined) return;
    this.#listeners.emit(TASKS);
    if (untold === IDS) this.#listeners.emit(IDS);
  }

  #current(): SortedTasks<T> {
    if (this.#changes !== this.source.changes) {
      const tasks = this.source.tasks().filter(this.#matches);
      this.#held = new Map(tasks.map((task) => [taskKey(task.id), task]));
      this.#sorted = new SortedTasks(tasks);
      this.#changes = this.source.changes;
    }
    return this.#sorted;
  }

  #put(key: string, after: T | undefined): void {
    const before = this.#held.get(key);
    if (before === after) return;
    if (after === undefined) this.#held.delete(key);
    else this.#held.set(key, after);
    if (before !== undefined && after !== undefined && compareTasks(before, after) === 0) {
      this.#sorted.replace(before, after);
      this.#untold ??= TASKS;
      return;
    }
    if (before !== undefined) this.#sorted.remove(before);
    if (after !== undefined) this.#sorted.insert(after);
    this.#untold = IDS;
  }

  #add(kind: typeof IDS | typeof TASKS, listener: () => void): Undo {
    // From here on changes are enough.
    this.#current();
    if (!this.#isListened()) this.onListening(this, true);
    const undo = this.#listeners.add(kind, listener);
    return () => {
      if (!this.#isListened()) return;
      undo();
      if (!this.#isListened()) this.onListening(this, false);
    };
  }

  #isListened(): boolean {
    return this.#listeners.has(IDS) || this.#listeners.has(TASKS);
  }
}

/** The view of a list that never changes. */
export function viewOfList<T extends Task>(tasks: readonly T[], filters: TaskFilters): TaskView<T> {
  return new FilteredView(filters, { changes: 0, tasks: () => tasks });
}
