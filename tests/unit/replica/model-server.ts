import type { Mutation, MutationAnswer, Task, TaskEvent } from '@/lib/protocol';
import { event, task } from './fixtures';

/** The smallest server that keeps the protocol: one channel, versions, conditional writes, answers kept by key. */
export class ModelServer {
  readonly tasks = new Map<string, Task>();
  readonly versions = new Map<string, number>();
  readonly log: TaskEvent[] = [];
  readonly #graves = new Map<string, Task>();
  readonly #answers = new Map<string, MutationAnswer>();

  /** Somebody else changes a task; creates it when it is not there. */
  remote(id: string, changes: Partial<Task> | 'delete'): void {
    const present = this.tasks.get(id);
    if (changes === 'delete') {
      if (present !== undefined) this.#commit('deleted', present, undefined, { id: 'u2' });
    } else {
      this.#commit(present ? 'updated' : 'created', { ...(present ?? task(id, 0)), ...changes }, undefined, {
        id: 'u2',
      });
    }
  }

  answer(mutation: Mutation): MutationAnswer {
    const first = this.#answers.get(mutation.id);
    if (first !== undefined) return first;
    const id = String(mutation.taskId);
    const present = this.tasks.get(id);
    if (mutation.kind === 'create') {
      if (this.versions.has(id)) return { outcome: 'rejected', status: 409, reason: 'There is such a task.' };
      return this.#keep(mutation, this.#commit('created', { ...task(id, 0), ...mutation.task }, mutation.id));
    }
    if (mutation.kind === 'restore') {
      const last = this.#graves.get(id);
      if (present === undefined && last === undefined) return { outcome: 'gone' };
      return this.#keep(mutation, present ?? this.#commit('restored', last as Task, mutation.id));
    }
    if (present === undefined) return mutation.kind === 'delete' ? { outcome: 'done' } : { outcome: 'gone' };
    if (mutation.baseVersion !== undefined && mutation.baseVersion !== present.version) {
      return { outcome: 'conflict', current: present };
    }
    if (mutation.kind === 'delete') return this.#keep(mutation, this.#commit('deleted', present, mutation.id));
    return this.#keep(mutation, this.#commit('updated', { ...present, ...mutation.changes }, mutation.id));
  }

  #keep(mutation: Mutation, after: Task): MutationAnswer {
    const version = after.version ?? 0;
    const answer: MutationAnswer = {
      outcome: 'done',
      task: mutation.kind === 'delete' ? { id: after.id, version } : after,
    };
    this.#answers.set(mutation.id, answer);
    return answer;
  }

  #commit(kind: TaskEvent['kind'], content: Task, mutationId?: string, actor?: { id: string }): Task {
    const id = String(content.id);
    const version = (this.versions.get(id) ?? 0) + 1;
    const after = { ...content, version };
    this.versions.set(id, version);
    if (kind === 'deleted') {
      this.tasks.delete(id);
      this.#graves.set(id, content);
    } else this.tasks.set(id, after);
    this.log.push(
      event(kind, after, {
        seq: this.log.length + 1,
        ...(mutationId !== undefined && { mutationId }),
        ...(actor !== undefined && { actor }),
      }),
    );
    return after;
  }
}
