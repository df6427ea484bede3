import { type Mutation, type MutationAnswer, type Task, type TaskUpdate, taskKey } from '@/lib/protocol';
import { CHANNEL, wireUpdate } from '@/tests/unit/sync/fixtures';
import { task } from './fixtures';

type Item =
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
  readonly log: readonly Item[];
  readonly answers: ReadonlyMap<string, MutationAnswer>;
}

/** A service whose tasks are also taken away and given back, brought back, and that goes back to a backup. */
export class AccessServer {
  epoch = 'e1';
  rows = new Map<string, Row>();
  log: Item[] = [];
  #answers = new Map<string, MutationAnswer>();
  #epochs = 1;
  #backup: Data | undefined;

  get visible(): readonly Task[] {
    return [...this.rows.values()].filter(({ isDeleted, isTaken }) => !isDeleted && !isTaken).map((row) => row.task);
  }

  backUp(): void {
    this.#backup = { rows: new Map(this.rows), log: [...this.log], answers: new Map(this.#answers) };
  }

  restore(): void {
    if (this.#backup === undefined) return;
    this.epoch = `e${++this.#epochs}`;
    this.rows = new Map(this.#backup.rows);
    this.log = [...this.#backup.log];
    this.#answers = new Map(this.#backup.answers);
  }

  take(id: string): void {
    const row = this.rows.get(id);
    if (row === undefined || row.isTaken || row.isDeleted) return;
    this.rows.set(id, { ...row, isTaken: true });
    this.#log((seq) => ({ type: 'access_removed', channel: CHANNEL, seq, target: { taskId: id } }));
  }

  give(id: string): void {
    const row = this.rows.get(id);
    if (row === undefined || !row.isTaken) return;
    this.rows.set(id, { ...row, isTaken: false });
    if (!row.isDeleted) this.#tell('task.shared', row.task);
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
    if (row === undefined || row.isTaken || (row.isDeleted && mutation.kind !== 'restore')) {
      return mutation.kind === 'delete' ? { outcome: 'done' } : { outcome: 'gone' };
    }
    if (mutation.kind === 'restore') {
      return this.#keep(
        mutation,
        row.isDeleted ? this.#commit('task.restored', row.task, false, mutation.id) : row.task,
      );
    }
    if (mutation.baseVersion !== undefined && mutation.baseVersion !== row.task.version) {
      return { outcome: 'conflict', current: row.task, epoch: this.epoch };
    }
    if (mutation.kind === 'delete')
      return this.#keep(mutation, this.#commit('task.deleted', row.task, false, mutation.id));
    return this.#keep(mutation, this.#commit('task.updated', { ...row.task, ...mutation.changes }, false, mutation.id));
  }

  #keep(mutation: Mutation, after: Task): MutationAnswer {
    const { id, version = 0 } = after;
    const answer: MutationAnswer = {
      outcome: 'done',
      task: mutation.kind === 'delete' ? { id, version } : after,
      epoch: this.epoch,
    };
    this.#answers.set(mutation.id, answer);
    return answer;
  }

  #commit(name: TaskUpdate['event'], content: Task, isTaken: boolean, mutationId?: string): Task {
    const after = { ...content, version: (this.rows.get(taskKey(content.id))?.task.version ?? 0) + 1 };
    this.rows.set(taskKey(content.id), { task: after, isDeleted: name === 'task.deleted', isTaken });
    if (!isTaken) this.#tell(name, after, mutationId);
    return after;
  }

  #tell(name: TaskUpdate['event'], after: Task, mutationId?: string): void {
    this.#log((seq) =>
      wireUpdate(name, after, seq, mutationId === undefined ? { actor: { id: 'u2' } } : { mutationId }),
    );
  }

  #log(item: (seq: number) => Item): void {
    this.log.push(item(this.log.length + 1));
  }
}
