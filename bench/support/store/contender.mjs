// @ts-check

/** @typedef {import('./task-traffic.mjs').BenchTask} BenchTask */
/** @typedef {import('./task-traffic.mjs').TaskMessage} TaskMessage */

/**
 * A store as an application would set it up. All do the same work: greater versions win, deletes are remembered, a list
 * subscriber is told of every change (of all changes of a turn together, where the store can), a row subscriber of its own.
 * @typedef {object} Contender
 * @property {(tasks: readonly BenchTask[]) => void} load Takes what is there at the beginning.
 * @property {(messages: readonly TaskMessage[]) => void} turn Takes what arrives in one turn of the event loop, in the
 *   cheapest way that the store offers.
 * @property {(listener: () => void) => void} onList
 * @property {(id: string, listener: () => void) => void} onRow
 * @property {() => number} count
 * @property {(size: number, visit: Visit) => void} readWindow The first rows of the list.
 * @property {(id: string, visit: Visit) => void} readRow Reads nothing where the task is gone.
 * @property {() => Iterable<readonly [id: string, version: number]>} versions Everything, for the comparison at the end.
 * @property {() => readonly unknown[]} [readAll] The whole list as an array, where the store has it ready.
 */

/** @typedef {(title: string, completed: boolean) => void} Visit */

/**
 * Is this message newer than what is known of its task? The rule of every contender but seed 001's.
 * @param {number | undefined} known The version of the task, or of its grave.
 * @param {BenchTask} task
 */
export function isNews(known, task) {
  return known === undefined || task.version > known;
}

/** Calls the listeners of one row. */
export class RowListeners {
  /** @type {Map<string, (() => void)[]>} */
  #listeners = new Map();

  /** @param {string} id @param {() => void} listener */
  add(id, listener) {
    this.#listeners.set(id, [...(this.#listeners.get(id) ?? []), listener]);
  }

  /** @param {string} id */
  emit(id) {
    const listeners = this.#listeners.get(id);
    if (listeners !== undefined) for (const listener of listeners) listener();
  }
}
