import type { Task, Undo } from '@/lib/protocol';
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
  /** Listeners to all tasks. */
  readonly #lists = new Set<{ readonly call: (keys: readonly string[] | null) => void }>();
  /** Listeners to the safety of own changes, by task. */
  readonly safeties = new KeyedListeners();
  /** Listeners to comings and goings. */
  readonly members = new KeyedListeners();
  readonly #touched = new Set<string>();
  readonly #unsafe = new Set<string>();
  #haveMembersChanged = false;
  #haveAllChanged = false;
  readonly #turn: TurnCoalescer;

  constructor(
    readonly state: LiveState<T>,
    readonly views: TaskViews<T>,
    scheduleTurn?: ScheduleTurn,
  ) {
    this.#turn = createTurnCoalescer(() => this.#tell(), scheduleTurn);
  }

  /** Takes note of a change of the replica. @param isOfFrame A frame of a socket brought it, maybe one of many. */
  take(patch: Patch<T>, isOfFrame = false): void {
    this.views.take(patch);
    if (this.#lists.size > 0) patch.addShown(this.#touched);
    else if (!this.rows.isEmpty) patch.addShown(this.#touched, this.rows);
    if (!this.safeties.isEmpty) patch.addTouched(this.#unsafe, this.safeties);
    if (patch.hasOtherMembers) this.#haveMembersChanged = true;
    this.state.touch();
    if (isOfFrame) this.#turn.touchByFrame(patch.touchCount);
    else this.#turn.touch();
  }

  /** Takes note of tasks whose safety changed. */
  takeSafety(keys: Iterable<string>): void {
    for (const key of keys) if (this.safeties.has(key)) this.#unsafe.add(key);
    if (this.#unsafe.size > 0) this.#turn.touch();
  }

  /** Takes note of changes of what the port knows besides the tasks. */
  takeFacts(isOfFrame = false): void {
    this.state.touch();
    for (const key of this.safeties.keys()) this.#unsafe.add(key);
    if (isOfFrame) this.#turn.touchByFrame();
    else this.#turn.touch();
  }

  /** Everything is other than it was. */
  takeAll(): void {
    for (const key of this.rows.keys()) this.#touched.add(key);
    this.#haveMembersChanged = true;
    this.#haveAllChanged = true;
    this.views.reset();
    this.takeFacts();
  }

  /** Listens to the keys of the tasks of each telling; `null` where any may be another one. */
  addList(call: (keys: readonly string[] | null) => void): Undo {
    const list = { call };
    this.#lists.add(list);
    return () => {
      this.#lists.delete(list);
    };
  }

  /** Tells now what would be told at the end of the turn. */
  flush(): void {
    this.#turn.flush();
  }

  #tell(): void {
    const haveMembersChanged = this.#haveMembersChanged;
    this.#haveMembersChanged = false;
    this.state.tell();
    const keys = takeAll(this.#touched);
    const keysOfLists = this.#haveAllChanged ? null : keys;
    this.#haveAllChanged = false;
    for (const list of [...this.#lists]) if (this.#lists.has(list)) list.call(keysOfLists);
    // A list of all rows listens by itself: a look-up per changed task would find nobody.
    if (!this.rows.isEmpty) for (const key of keys) this.rows.emit(key);
    for (const key of takeAll(this.#unsafe)) this.safeties.emit(key);
    if (haveMembersChanged) this.members.emit(MEMBERS);
    this.views.tell();
  }
}

/** What is in a set, which is empty afterwards: what comes while listeners are told is told next time. */
function takeAll(keys: Set<string>): readonly string[] {
  if (keys.size === 0) return NONE;
  const taken = [...keys];
  keys.clear();
  return taken;
}

const NONE: readonly string[] = [];
