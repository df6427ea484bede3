import type { Dialect, TaskEvent } from '@/lib/protocol';
import { realTimeSync, syncService, taskmd, taskUpdate, todo } from '@/lib/protocol';

/** One message as a seed document writes it, and what it says. */
export interface SeedExample {
  readonly name: string;
  readonly dialect: Dialect;
  readonly message: object;
  readonly event: TaskEvent;
}

/** The five, in the order of their seeds. */
export const DIALECTS: readonly Dialect[] = [syncService, taskUpdate, realTimeSync, taskmd, todo];

const UUID = '6e0a1f3c-8d21-4f6e-9a56-0a7d2a7a9b10';
const OWNER = '0f0d7f3a-25a5-4f4f-8f53-3f1d7b1c2d4e';
const NO_TIME = '1970-01-01T00:00:00.000Z';

/** Every example of the seed documents; where a document names only types, with a value of that type. */
export const SEED_EXAMPLES: readonly SeedExample[] = [
  {
    name: '000 TASK_CREATED',
    dialect: syncService,
    message: {
      type: 'TASK_CREATED',
      payload: {
        task: { id: UUID, title: 'T', status: 'pending', userId: OWNER, createdAt: '2025-01-02T03:04:05Z' },
      },
      timestamp: '2025-01-02T03:04:06Z',
    },
    event: partialEvent('created', UUID, '2025-01-02T03:04:06.000Z', {
      title: 'T',
      status: 'pending',
      completed: false,
      ownerId: OWNER,
      createdAt: '2025-01-02T03:04:05.000Z',
    }),
  },
  {
    name: '000 TASK_UPDATED',
    dialect: syncService,
    message: {
      type: 'TASK_UPDATED',
      payload: { taskId: UUID, changes: { status: 'completed', updatedAt: '2025-01-02T03:04:05Z' } },
      timestamp: '2025-01-02T03:04:06Z',
    },
    event: {
      kind: 'updated',
      taskId: UUID,
      changes: { status: 'completed', completed: true, updatedAt: '2025-01-02T03:04:05.000Z' },
      at: '2025-01-02T03:04:06.000Z',
    },
  },
  {
    name: '000 TASK_DELETED',
    dialect: syncService,
    message: { type: 'TASK_DELETED', payload: { taskId: UUID }, timestamp: '2025-01-02T03:04:06Z' },
    event: { kind: 'deleted', taskId: UUID, at: '2025-01-02T03:04:06.000Z' },
  },
  {
    name: '001 task.created',
    dialect: taskUpdate,
    message: {
      type: 'task_update',
      event: 'task.created',
      task: { id: 123, title: 'New Task', completed: false },
      timestamp: '2025-12-31T12:00:00Z',
    },
    event: partialEvent('created', 123, '2025-12-31T12:00:00.000Z', {
      title: 'New Task',
      completed: false,
      status: 'pending',
    }),
  },
  {
    name: '002 task_created',
    dialect: realTimeSync,
    message: {
      type: 'task_update',
      action: 'task_created',
      event_type: 'TASK_ADDED',
      task_id: 12345,
      user_id: 'user-67890',
      data: {
        id: 12345,
        user_id: 'user-67890',
        title: 'New task created',
        description: 'Description of the new task',
        status: 'pending',
        priority: 'medium',
        due_at: '2024-01-30T10:00:00Z',
        created_at: '2024-01-15T10:30:00Z',
        updated_at: '2024-01-15T10:30:00Z',
      },
      timestamp: '2024-01-15T10:30:00.123Z',
      metadata: { source: 'web', version: '1.0.0' },
    },
    event: {
      kind: 'created',
      taskId: 12345,
      task: {
        id: 12345,
        ownerId: 'user-67890',
        title: 'New task created',
        description: 'Description of the new task',
        status: 'pending',
        completed: false,
        priority: 'medium',
        dueAt: '2024-01-30T10:00:00.000Z',
        createdAt: '2024-01-15T10:30:00.000Z',
        updatedAt: '2024-01-15T10:30:00.000Z',
      },
      at: '2024-01-15T10:30:00.123Z',
    },
  },
  {
    name: '002 task_updated',
    dialect: realTimeSync,
    message: {
      type: 'task_update',
      action: 'task_updated',
      event_type: 'TASK_CHANGED',
      task_id: 12345,
      user_id: 'user-67890',
      data: {
        id: 12345,
        user_id: 'user-67890',
        title: 'Updated task title',
        description: 'Updated description of the task',
        status: 'in-progress',
        priority: 'high',
        due_at: '2024-01-30T10:00:00Z',
        updated_at: '2024-01-15T11:45:00Z',
      },
      timestamp: '2024-01-15T11:45:00.456Z',
      metadata: { source: 'mobile', version: '1.0.0', fields_changed: ['title', 'status', 'priority'] },
    },
    event: partialEvent(
      'updated',
      12345,
      '2024-01-15T11:45:00.456Z',
      {
        ownerId: 'user-67890',
        title: 'Updated task title',
        description: 'Updated description of the task',
        status: 'in_progress',
        completed: false,
        priority: 'high',
        dueAt: '2024-01-30T10:00:00.000Z',
        updatedAt: '2024-01-15T11:45:00.000Z',
      },
      { changedFields: ['title', 'status', 'priority'] },
    ),
  },
  {
    name: '002 task_status_changed',
    dialect: realTimeSync,
    message: {
      type: 'task_update',
      action: 'task_status_changed',
      event_type: 'TASK_STATUS_CHANGED',
      task_id: 12345,
      user_id: 'user-67890',
      data: {
        id: 12345,
        status: 'completed',
        completed_at: '2024-01-15T14:20:00Z',
        updated_at: '2024-01-15T14:20:00Z',
      },
      timestamp: '2024-01-15T14:20:00.789Z',
      metadata: { source: 'mobile', version: '1.0.0', previous_status: 'in-progress' },
    },
    event: {
      kind: 'updated',
      taskId: 12345,
      changes: {
        status: 'completed',
        completed: true,
        completedAt: '2024-01-15T14:20:00.000Z',
        updatedAt: '2024-01-15T14:20:00.000Z',
      },
      at: '2024-01-15T14:20:00.789Z',
      previousStatus: 'in_progress',
    },
  },
  {
    name: '003 task.created',
    dialect: taskmd,
    message: {
      type: 'task.created',
      project_id: 'my-project',
      task_id: 'TASK-001',
      data: { id: 'TASK-001', title: 'New Task', status: 'open', markdown_body: '...' },
    },
    event: partialEvent('created', 'TASK-001', undefined, {
      title: 'New Task',
      status: 'pending',
      completed: false,
      description: '...',
    }),
  },
  {
    name: '003 task.updated',
    dialect: taskmd,
    message: {
      type: 'task.updated',
      project_id: 'my-project',
      task_id: 'TASK-001',
      data: { id: 'TASK-001', title: 'Updated Task', status: 'in_progress' },
    },
    event: partialEvent('updated', 'TASK-001', undefined, {
      title: 'Updated Task',
      status: 'in_progress',
      completed: false,
    }),
  },
  {
    name: '003 task.deleted',
    dialect: taskmd,
    message: { type: 'task.deleted', project_id: 'my-project', task_id: 'TASK-001', data: { id: 'TASK-001' } },
    event: { kind: 'deleted', taskId: 'TASK-001' },
  },
  {
    name: '004 TASK_CREATED',
    dialect: todo,
    message: {
      type: 'TASK_CREATED',
      task: { id: 7, title: 'T', completed: false, user_id: 3 },
      timestamp: '2025-01-02T03:04:06.123456',
    },
    event: partialEvent('created', 7, '2025-01-02T03:04:06.123Z', {
      title: 'T',
      completed: false,
      status: 'pending',
      ownerId: '3',
    }),
  },
  {
    name: '004 TASK_UPDATED',
    dialect: todo,
    message: { type: 'TASK_UPDATED', task: { id: 7, completed: true }, timestamp: null },
    event: { kind: 'updated', taskId: 7, changes: { completed: true, status: 'completed' } },
  },
  {
    name: '004 TASK_DELETED',
    dialect: todo,
    message: { type: 'TASK_DELETED', task_id: 7, timestamp: '2025-01-02T03:04:06Z' },
    event: { kind: 'deleted', taskId: 7, at: '2025-01-02T03:04:06.000Z' },
  },
];

/** An event whose row has a title and yet not all of a task: changes to a known task, a stand-in for an unknown one. */
function partialEvent(
  kind: TaskEvent['kind'],
  taskId: TaskEvent['taskId'],
  at: string | undefined,
  changes: object,
  extra: Partial<TaskEvent> = {},
): TaskEvent {
  const createdAt = 'createdAt' in changes ? changes.createdAt : (at ?? NO_TIME);
  const standIn = { ownerId: '', createdAt, updatedAt: at ?? NO_TIME };
  return {
    kind,
    taskId,
    task: { id: taskId, ...standIn, ...changes } as NonNullable<TaskEvent['task']>,
    changes,
    ...(at !== undefined && { at }),
    ...extra,
  };
}
