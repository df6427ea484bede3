import type { Task } from '@/lib/protocol';
import { waitingCount } from '@/lib/replica';
import { isLoading, type OwnData, type PortHolder, TaskStoreSnapshot } from './task-store-snapshot';
import type { TaskStoreState } from './task-store-state';

/** What `setState` takes: parts of a state, or what makes them of the present one. */
export type StatePart<T extends Task> =
  | Partial<TaskStoreState<T>>
  | ((state: TaskStoreState<T>) => Partial<TaskStoreState<T>>);

/** Where a state goes. */
export interface StateSink<T extends Task> {
  /** Makes it the store's state and tells the listeners. */
  publish(state: TaskStoreState<T>): void;
  /** The same by way of the middleware, so that it hears of it; comes back by {@link LiveState.set}. */
  announce(state: TaskStoreState<T>): void;
}

/**
 * The state of a store whose tasks change beneath it. What is read is always current, also between a change and the moment
 * at which listeners are told; and yet a burst of changes makes few states: one for each time that listeners are told, and
 * one more where anything but the tasks changed in between, since these are read from the table whichever state is asked
 * ([RX29]).
 */
export class LiveState<T extends Task> {
  #current: TaskStoreState<T>;
  /** May anything but the tasks be other than in `current`? */
  #isStale = false;
  /** Did anything change since listeners were told? */
  #isUntold = false;

  constructor(
    first: TaskStoreState<T>,
    readonly holder: PortHolder<T>,
    readonly sink: StateSink<T>,
  ) {
    this.#current = first;
  }

  get(): TaskStoreState<T> {
    if (!this.#isStale) return this.#current;
    this.#isStale = false;
    if (!this.#isFactual()) this.#refresh(this.#current);
    return this.#current;
  }

  /**
   * As Zustand's `setState`; what the tasks are is nobody's to say. A whole state, as from a storage, tells what the store
   * knows by itself and nothing else.
   */
  set(partial: StatePart<T>, isWhole = false): void {
    if (partial !== this.#current) {
      const state = this.get();
      const data = typeof partial === 'function' ? partial(state) : partial;
      const wanted: TaskStoreState<T> = { ...state, ...data };
      if (isWhole) this.#refresh(wanted);
      else this.#current = new TaskStoreSnapshot(this.holder, state, wanted, wanted, wanted.waiting);
    }
    this.#isUntold = false;
    this.sink.publish(this.#current);
  }

  /** Something changed that listeners have not been told of. */
  touch(): void {
    this.#isStale = true;
    this.#isUntold = true;
  }

  /** Forgets what the store knew by itself; listeners hear of it with the next {@link tell}. */
  reset(own: OwnData<T>): void {
    this.#refresh(own);
    this.touch();
  }

  /** Tells listeners what they have not been told. */
  tell(): void {
    if (!this.#isUntold) return;
    this.#isUntold = false;
    this.#isStale = false;
    this.#refresh(this.#current);
    this.sink.announce(this.#current);
  }

  #refresh({ error, filters, wsEnabled }: OwnData<T>): void {
    const { port } = this.holder;
    const own = { loading: isLoading(this.holder), error, filters, wsEnabled };
    const waiting = waitingCount(port.replica);
    this.#current = new TaskStoreSnapshot(this.holder, this.#current, own, port.getFacts(), waiting);
  }

  #isFactual(): boolean {
    const { port } = this.holder;
    const { receipts, rejections, device, loading, waiting } = this.#current;
    const facts = port.getFacts();
    return (
      receipts === facts.receipts &&
      rejections === facts.rejections &&
      device === facts.device &&
      loading === isLoading(this.holder) &&
      waiting === waitingCount(port.replica)
    );
  }
}
