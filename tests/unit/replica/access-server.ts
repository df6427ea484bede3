import { type Mutation, type MutationAnswer, type Task, type TaskUpdate, taskKey } from '@/lib/protocol';
import { CHANNEL, wireUpdate } from '@/tests/unit/sync/fixtures';
import { task } from './fixtures';

export type Item =
  | ReturnType<typeof wireUpdate>
  | { type: 'access_removed'; channel: string; seq: number; target: { taskId: string } };

interface Row {
  readonly task: Task;
  readonly isDeleted: boolean;
  readonly isTaken: boolean;
}

/** What a service keeps, and may go back to. */
interface Data {
  readonly rows: ReadonlyMap<string, Row>;
  readonly logs: Readonly<Record<string, readonly Item[]>>;
  readonly answers: ReadonlyMap<string, MutationAnswer>;
}

/** A project of the user's, and the channel that carries its tasks beside their owners' inboxes. */
export const PROJECT = 'p1';
export const PROJECT_CHANNEL = `project:${PROJECT}`;

/**
 * A service whose tasks are also taken away and given back, moved into a project and out of it, brought back, and that goes
 * back to a backup. It remembers when each thing was said, so that a test knows what a page can know.
 */
export class AccessServer {
  epoch = 'e1';
  rows = new Map<string, Row>();
  logs: Readonly<Record<string, Item[]>> = { [CHANNEL]: [], [PROJECT_CHANNEL]: [] };
  /** Counts everything that happens here. */
  time = 0;
  /** When each item of a log was said. */
  readonly times = new WeakMap<Item, number>();
  /** Since when each channel carries a task without a break. */
  readonly since = new Map([CHANNEL, PROJECT_CHANNEL].map((channel) => [channel, new Map<string, number>()]));
  /** When the change of each key was carried out. */
  readonly doneAt = new Map<string, number>();
  /** All that titles ever were here, also in histories that are over. */
  readonly titles = new Set<string>();
  #answers = new Map<string, MutationAnswer>();
  #epochs = 1;
  #backup: Data | undefined;

  /** The user's inbox. */
  get log(): readonly Item[] {
    return this.logOf(CHANNEL);
  }

  get visible(): readonly Task[] {
    return [...this.rows.values()].filter((row) => carriers(row).length > 0).map(read);
  }

  logOf(channel: string): Item[] {
    return this.logs[channel] ?? [];
  }

  /** What a channel carries. */
  tasksOf(channel: string): readonly Task[] {
    return [...this.rows.values()].filter((row) => carriers(row).includes(channel)).map(read);
  }

  backUp(): void {
    const logs = Object.fromEntries(Object.entries(this.logs).map(([channel, log]) => [channel, [...log]]));
    this.#backup = { rows: new Map(this.rows), logs, answers: new Map(this.#answers) };
  }

  restore(): void {
    const backup = this.#backup;
    if (backup === undefined) return;
    this.time += 1;
    this.epoch = `e${++this.#epochs}`;
    this.rows = new Map(backup.rows);
    this.logs = Object.fromEntries(Object.entries(backup.logs).map(([channel, log]) => [channel, [...log]]));
    this.#answers = new Map(backup.answers);
    for (const id of new Set([
      ...this.rows.keys(),
      ...[...this.since.values()].flatMap((known) => [...known.keys()]),
    ])) {
      this.#carry(id);
    }
  }

  take(id: string): void {
    const row = this.rows.get(id);
    if (row === undefined || row.isTaken || row.isDeleted) return;
    this.time += 1;
    this.rows.set(id, { ...row, isTaken: true });
    this.#removeFrom(CHANNEL, id);
    this.#carry(id);
  }

  give(id: string): void {
    const row = this.rows.get(id);
    if (row === undefined || !row.isTaken) return;
    this.time += 1;
    this.rows.set(id, { ...row, isTaken: false });
    if (!row.isDeleted) this.#tell(CHANNEL, 'task.shared', row.task);
    this.#carry(id);
  }

  /** Somebody else moves a task into the project, or out of it. */
  move(id: string): void {
    const row = this.rows.get(id);
    if (row === undefined || row.isDeleted) return;
    const projectId = row.task.projectId === PROJECT ? 'none' : PROJECT;
    this.#commit('task.updated', { ...row.task, projectId }, row.isTaken);
  }

  /** Somebody else makes a task in the project, of which the inbox never hears. */
  makeInProject(id: string): void {
    if (!this.rows.has(id)) this.#commit('task.created', task(id, 0, { ownerId: 'u2', projectId: PROJECT }), true);
  }

  remote(id: string, kind: 'create' | 'update' | 'delete' | 'restore', priority: 'low' | 'high'): void {
    const row = this.rows.get(id);
    if (kind === 'create') {
      if (row === undefined) this.#commit('task.created', task(id, 0), false);
    } else if (row !== undefined && row.isDeleted === (kind === 'restore')) {
      if (kind === 'update') this.#commit('task.updated', { ...row.task, priority }, row.isTaken);
      else this.#commit(kind === 'delete' ? 'task.deleted' : 'task.restored', row.task, row.isTaken);
    }
  }

  answer(mutation: Mutation): MutationAnswer {
    return structuredClone(this.#answer(mutation));
  }

  #answer(mutation: Mutation): MutationAnswer {
    const first = this.#answers.get(mutation.id);
    if (first !== undefined) return first;
    const id = taskKey(mutation.taskId);
    const row = this.rows.get(id);
    if (mutation.kind === 'create') {
      if (row !== undefined) return { outcome: 'rejected', status: 409, reason: 'taken' };
      return this.#keep(
        mutation,
        this.#commit('task.created', { ...task(id, 0), ...mutation.task }, false, mutation.id),
      );
    }
    if (row === undefined || readers(row).length === 0 || (row.isDeleted && mutation.kind !== 'restore')) {
      return mutation.kind === 'delete' ? { outcome: 'done' } : { outcome: 'gone' };
    }
    const { isTaken } = row;
    if (mutation.kind === 'restore') {
      return this.#keep(
        mutation,
        row.isDeleted ? this.#commit('task.restored', row.task, isTaken, mutation.id) : row.task,
      );
    }
    if (mutation.baseVersion !== undefined && mutation.baseVersion !== row.task.version) {
      return { outcome: 'conflict', current: row.task, epoch: this.epoch };
    }
    if (mutation.kind === 'delete')
      return this.#keep(mutation, this.#commit('task.deleted', row.task, isTaken, mutation.id));
    return this.#keep(
      mutation,
      this.#commit('task.updated', { ...row.task, ...mutation.changes }, isTaken, mutation.id),
    );
  }

  #keep(mutation: Mutation, after: Task): MutationAnswer {
    const { id, version = 0 } = after;
    const answer: MutationAnswer = {
      outcome: 'done',
      task: mutation.kind === 'delete' ? { id, version } : after,
      epoch: this.epoch,
    };
    this.#answers.set(mutation.id, answer);
    this.doneAt.set(mutation.id, this.time);
    return answer;
  }

  #commit(name: TaskUpdate['event'], content: Task, isTaken: boolean, mutationId?: string): Task {
    const id = taskKey(content.id);
    const before = this.rows.get(id);
    const after = { ...content, version: (before?.task.version ?? 0) + 1 };
    const row = { task: after, isDeleted: name === 'task.deleted', isTaken };
    this.rows.set(id, row);
    this.titles.add(after.title);
    this.time += 1;
    for (const channel of readers(row)) this.#tell(channel, name, after, mutationId);
    for (const channel of before ? readers(before) : []) {
      if (!readers(row).includes(channel)) this.#removeFrom(channel, id);
    }
    this.#carry(id);
    return after;
  }

  #tell(channel: string, name: TaskUpdate['event'], after: Task, mutationId?: string): void {
    const about = mutationId === undefined ? { actor: { id: 'u2' } } : { mutationId };
    this.#log(channel, (seq) => wireUpdate(name, { ...after }, seq, { ...about, channel }));
  }

  #removeFrom(channel: string, id: string): void {
    this.#log(channel, (seq) => ({ type: 'access_removed', channel, seq, target: { taskId: id } }));
  }

  #log(channel: string, make: (seq: number) => Item): void {
    const log = this.logOf(channel);
    const item = make(log.length + 1);
    this.times.set(item, this.time);
    log.push(item);
  }

  #carry(id: string): void {
    const row = this.rows.get(id);
    for (const [channel, known] of this.since) {
      if (row === undefined || !carriers(row).includes(channel)) known.delete(id);
      else if (!known.has(id)) known.set(id, this.time);
    }
  }
}

/** The channels that hear of a task, deleted or not. */
function readers({ task: { projectId }, isTaken }: Row): readonly string[] {
  return [...(isTaken ? [] : [CHANNEL]), ...(projectId === PROJECT ? [PROJECT_CHANNEL] : [])];
}

/** The channels in which a task is. */
function carriers(row: Row): readonly string[] {
  return row.isDeleted ? [] : readers(row);
}

/** What is read is a copy: nothing that travels is the same object as what was there before. */
function read({ task }: Row): Task {
  return { ...task };
}
