import { type Mutation, type Task, type TaskEvent, type TaskId, taskKey, type Undo } from '@/lib/protocol';
import { applyEvent } from './apply-event';
import { applyLocal } from './apply-local';
import { createNotices } from './notices';
import { Patch } from './patch';
import type { PortFacts, TaskSafety } from './port-facts';
import { createReplica, type Replica } from './replica';
import type { TaskPort } from './task-port';

/** Creates the port that a store has before a session is bound; `whenBound` resolves to that session. */
export function createLocalPort<T extends Task>(whenBound: () => Promise<TaskPort<T>>): LocalPort<T> {
  return new LocalPort(whenBound);
}

/**
 * The port before a session is bound: messages apply, own changes show and wait for the session, reading all tasks waits
 * for it too. Nothing made in the first moments of a page is lost ([OB1]). A class, so that what is compiled for the
 * port of one store serves that of the next.
 */
export class LocalPort<T extends Task> implements TaskPort<T> {
  readonly userId = null;
  readonly replica = createReplica<T>();
  readonly #whenBound: () => Promise<TaskPort<T>>;
  readonly #waiting: Mutation<T>[] = [];
  readonly #notices = createNotices();
  #listeners: readonly { readonly call: (patch: Patch<T>) => void }[] = [];
  #facts: PortFacts;
  /** Made once and used for one change after the other; absent while one is told of. */
  #spare: Patch<T> | undefined;

  /** @param whenBound Resolves to the session that takes this port's place. */
  constructor(whenBound: () => Promise<TaskPort<T>>) {
    this.#whenBound = whenBound;
    this.#notices.setDevice({ keeps: 'opening' });
    this.#facts = this.#notices.get();
    this.#notices.subscribe(() => {
      this.#facts = this.#notices.get();
    });
  }

  submit(mutation: Mutation<T>): void {
    this.#waiting.push(mutation);
    const patch = this.#takePatch();
    applyLocal(this.replica, mutation, patch);
    this.#publish(patch);
  }

  async refresh(): Promise<void> {
    await (await this.#whenBound()).refresh();
  }

  isReady(): boolean {
    return true;
  }

  receive(event: TaskEvent<T>): void {
    if (event.version === undefined && isLate(this.replica, event)) return;
    const patch = this.#takePatch();
    applyEvent(this.replica, event, 0, patch);
    this.#publish(patch);
  }

  onPatch(listener: (patch: Patch<T>) => void): Undo {
    const added: { call: (patch: Patch<T>) => void } = { call: listener };
    this.#listeners = [...this.#listeners, added];
    return () => {
      // A telling that is under way still has it in its list ([RP50]).
      added.call = () => {};
      this.#listeners = this.#listeners.filter((each) => each !== added);
    };
  }

  onRejected(): Undo {
    return () => {};
  }

  safetyOf(id: TaskId): TaskSafety {
    return this.replica.pending.has(taskKey(id)) ? 'saving' : 'saved';
  }

  onSafety(): Undo {
    return () => {};
  }

  getFacts(): PortFacts {
    return this.#facts;
  }

  onFacts(listener: () => void): Undo {
    return this.#notices.subscribe(listener);
  }

  dropNotices(ids: ReadonlySet<string>): void {
    this.#notices.drop(ids);
  }

  /** The own changes made so far, in order; a session takes them over. */
  drain(): readonly Mutation<T>[] {
    return this.#waiting.splice(0);
  }

  #takePatch(): Patch<T> {
    const patch = this.#spare ?? new Patch<T>();
    this.#spare = undefined;
    return patch;
  }

  #publish(patch: Patch<T>): void {
    if (!patch.isEmpty) {
      if (patch.receipts.length > 0) this.#notices.addReceipts(patch.receipts);
      for (const { call } of this.#listeners) call(patch);
    }
    patch.clear();
    this.#spare = patch;
  }
}

/** Without versions a deleted task comes back by a restore only; what else is said of it was said too late ([RP40]). */
function isLate<T extends Task>(replica: Replica<T>, { kind, taskId, task }: TaskEvent<T>): boolean {
  return (
    (kind === 'created' || kind === 'updated') && task?.version === undefined && replica.tombstones.has(taskKey(taskId))
  );
}
