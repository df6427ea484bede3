import type { Task } from '@/lib/protocol';
import type { Patch, TaskTable } from '@/lib/replica';
import type { TaskFilters } from './task-filters';
import { FilteredView, type TaskView, type ViewSource } from './task-view';

/** So many views are kept for whoever asks for the same filters again. */
const MAX_KEPT = 16;

/** The filtered views of a store; those that somebody listens to keep up with each change. */
export class TaskViews<T extends Task> implements ViewSource<T> {
  #changes = 0;
  readonly #kept = new Map<string, FilteredView<T>>();
  readonly #listened = new Set<FilteredView<T>>();

  constructor(readonly table: () => TaskTable<T>) {}

  get changes(): number {
    return this.#changes;
  }

  tasks(): readonly T[] {
    return this.table().tasks();
  }

  /** The view of these filters, the same one for equal filters while somebody listens to it. */
  of({ status, priority, search }: TaskFilters): TaskView<T> {
    const key = JSON.stringify([status, priority, search]);
    const known = this.#kept.get(key);
    const view = known ?? new FilteredView<T>({ status, priority, search }, this, this.#onListening);
    this.#kept.delete(key);
    this.#kept.set(key, view);
    if (this.#kept.size > MAX_KEPT) this.#dropOldest();
    return view;
  }

  /** Takes a change of the replica. */
  take(patch: Patch<T>): void {
    if (!patch.isSeen) return;
    this.#changes += 1;
    if (this.#listened.size === 0) return;
    const { shown } = patch;
    for (const view of this.#listened) view.take(shown);
  }

  /** Everything is other than it was. */
  reset(): void {
    this.#changes += 1;
    for (const view of this.#listened) view.reset();
  }

  /** Tells the listeners of each view what they have not been told. */
  tell(): void {
    if (this.#listened.size > 0) for (const view of [...this.#listened]) view.tell();
  }

  #dropOldest(): void {
    for (const [key, view] of this.#kept) {
      if (this.#listened.has(view)) continue;
      this.#kept.delete(key);
      return;
    }
  }

  readonly #onListening = (view: FilteredView<T>, isListening: boolean): void => {
    if (isListening) this.#listened.add(view);
    else this.#listened.delete(view);
  };
}
