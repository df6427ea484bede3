// @ts-check
import * as v from 'valibot';
import { z } from 'zod';

// The message of docs/PROTOCOL.md section 2, once for each library. Fields that nobody knows are kept.

const EVENTS = /** @type {const} */ ([
  'task.created',
  'task.updated',
  'task.completed',
  'task.restored',
  'task.shared',
  'task.unshared',
]);

/** The message as zod checks it. */
export const zodUpdate = createZodUpdate();

/** The message as valibot checks it. */
export const valibotUpdate = createValibotUpdate();

function createZodUpdate() {
  const id = z.union([z.string().min(1), z.number()]);
  const count = z.int().nonnegative();
  const text = z.string().nullish();
  const task = z.looseObject({
    id,
    title: z.string(),
    description: text,
    status: z.string(),
    completed: z.boolean(),
    priority: text,
    dueAt: text,
    createdAt: z.string(),
    updatedAt: z.string(),
    completedAt: text,
    ownerId: z.string(),
    projectId: text,
    version: count.optional(),
  });
  const stub = z.looseObject({ id, version: count });
  const common = {
    type: z.literal('task_update'),
    timestamp: z.string(),
    channel: z.string(),
    seq: count,
    version: count,
    taskId: id,
    changedFields: z.array(z.string()).optional(),
    mutationId: z.string().optional(),
    actor: z.looseObject({ id: z.string(), name: z.string().optional() }).optional(),
    eventId: z.string(),
  };
  return z.discriminatedUnion('event', [
    z.looseObject({ ...common, event: z.enum(EVENTS), task }),
    z.looseObject({ ...common, event: z.literal('task.deleted'), task: stub }),
  ]);
}

function createValibotUpdate() {
  const id = v.union([v.pipe(v.string(), v.minLength(1)), v.pipe(v.number(), v.finite())]);
  const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
  const text = v.nullish(v.string());
  const task = v.looseObject({
    id,
    title: v.string(),
    description: text,
    status: v.string(),
    completed: v.boolean(),
    priority: text,
    dueAt: text,
    createdAt: v.string(),
    updatedAt: v.string(),
    completedAt: text,
    ownerId: v.string(),
    projectId: text,
    version: v.optional(count),
  });
  const stub = v.looseObject({ id, version: count });
  const common = {
    type: v.literal('task_update'),
    timestamp: v.string(),
    channel: v.string(),
    seq: count,
    version: count,
    taskId: id,
    changedFields: v.optional(v.array(v.string())),
    mutationId: v.optional(v.string()),
    actor: v.optional(v.looseObject({ id: v.string(), name: v.optional(v.string()) })),
    eventId: v.string(),
  };
  return v.variant('event', [
    v.looseObject({ ...common, event: v.picklist(EVENTS), task }),
    v.looseObject({ ...common, event: v.literal('task.deleted'), task: stub }),
  ]);
}
