import type { Mutation, Task, TaskEvent } from '@/lib/protocol';
import { createPatch, createReplica, type Patch, type Replica } from '@/lib/replica';

/** A whole native task. */
export function task(id: Task['id'], version: number, fields: Partial<Task> = {}): Task {
  return {
    id,
    title: `Task ${id}`,
    status: 'pending',
    completed: false,
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    ownerId: 'u1',
    version,
    ...fields,
  };
}

/** A native event that carries the whole task. */
export function event(kind: TaskEvent['kind'], after: Task, extra: Partial<TaskEvent> = {}): TaskEvent {
  return {
    kind,
    taskId: after.id,
    channel: 'user:u1',
    ...(kind !== 'deleted' && { task: after }),
    ...(after.version !== undefined && { version: after.version }),
    ...extra,
  };
}

/** An own change of some fields. */
export function update(id: string, taskId: Task['id'], changes: Partial<Task>): Extract<Mutation, { kind: 'update' }> {
  return { kind: 'update', id, taskId, changes };
}

/** A replica and what the last change of it did. */
export interface Bench {
  readonly replica: Replica;
  run(change: (replica: Replica, patch: Patch) => void): Patch;
}

export function bench(): Bench {
  const replica = createReplica();
  return {
    replica,
    run(change) {
      const patch = createPatch();
      change(replica, patch);
      return patch;
    },
  };
}
