import type { Task } from '@/lib/protocol';
import { createTurnCoalescer, type Patch, type ScheduleTurn, type TurnCoalescer } from '@/lib/replica';
import { KeyedListeners } from './keyed-listeners';
import type { LiveState } from './live-state';
import type { TaskViews } from './task-views';

/** The key of those who listen to the list as such. */
export const MEMBERS = '';

/** Gathers what changed and tells it once a turn: the state's listeners, the rows, the list ([RX13], [RX15]). */
export class StoreNews<T extends Task> {
  /** Listeners by task. */
  readonly rows = new KeyedListeners();
  /** Listeners to the safety of own changes, by task. */
  readonly safeties = new KeyedListeners();
  /** Listeners to comings and goings. */
  readonly members = new KeyedListeners();
  readonly #touched = new Set<string>();
  readonly #unsafe = new Set<string>();
  #haveMembersChanged = false;
  readonly #turn: TurnCoalescer;

  constructor(
    readonly state: LiveState<T>,
    readonly views: TaskViews<T>,
    scheduleTurn?: ScheduleTurn,
  ) {
    this.#turn = createTurnCoalescer(() => this.#tell(), scheduleTurn);
  }

  /** Takes note of a change of the replica. */
  take(patch: Patch<T>): void {
    const { shown, touched, hasOtherMembers } = patch;
    this.views.take(patch);
    for (const { key } of shown) if (this.rows.has(key)) this.#touched.add(key);
    for (const key of touched) if (this.safeties.has(key)) this.#unsafe.add(key);
    if (hasOtherMembers) this.#haveMembersChanged = true;
    this.state.touch();
    this.#turn.touch();
  }

  /** Takes note of tasks whose safety changed. */
  takeSafety(keys: Iterable<string>): void {
    for (const key of keys) if (this.safeties.has(key)) this.#unsafe.add(key);
    if (this.#unsafe.size > 0) this.#turn.touch();
  }

  /** Takes note of changes of what the port knows besides the tasks. */
  takeFacts(): void {
    this.state.touch();
    for (const key of this.safeties.keys()) this.#unsafe.add(key);
    this.#turn.touch();
  }

  /** Everything is other than it was. */
  takeAll(): void {
    for (const key of this.rows.keys()) this.#touched.add(key);
    this.#haveMembersChanged = true;
    this.views.reset();
    this.takeFacts();
  }

  /** Tells now what would be told at the end of the turn. */
  flush(): void {
    this.#turn.flush();
  }

  #tell(): void {
    const haveMembersChanged = this.#haveMembersChanged;
    this.#haveMembersChanged = false;
    this.state.tell();
    emitAll(this.rows, this.#touched);
    emitAll(this.safeties, this.#unsafe);
    if (haveMembersChanged) this.members.emit(MEMBERS);
    this.views.tell();
  }
}

/** Tells the listeners of each key once and empties the set; what comes meanwhile is told next time. */
function emitAll(listeners: KeyedListeners, keys: Set<string>): void {
  if (keys.size === 0) return;
  const told = [...keys];
  keys.clear();
  for (const key of told) listeners.emit(key);
}
