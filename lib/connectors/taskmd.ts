import { taskmdClient as dialect, type ForeignConnector, type Task } from '@/lib/protocol';
import { defineConnector, type SendChange } from './define-connector';
import { type ForeignOptions, foreignPlan } from './foreign-options';

/** Where a TaskMD server is, and of which project the tasks are. */
export interface TaskmdOptions extends ForeignOptions {
  readonly projectId: string;
}

/** The connector for one project of a TaskMD server (seed 003): tasks are markdown documents with YAML front matter. */
export function taskmd<T extends Task = Task>({ projectId, ...options }: TaskmdOptions): ForeignConnector<T> {
  const project = `/api/v1/projects/${encodeURIComponent(projectId)}`;
  const { auth, ...plan } = foreignPlan(options, () => `${project}/ws`, [`${project}/tasks`]);
  let changes: Promise<SendChange<T>> | undefined;
  return defineConnector<T>({
    ...plan,
    name: `taskmd ${projectId}`,
    dialect,
    // Larger ones close it with 1009.
    socket: { auth, maxFrameBytes: 512 },
    trustsUpdatedAt: true,
    send: async (mutation, tools) => {
      changes ??= import('./taskmd-changes').then(({ createTaskmdChanges }) => createTaskmdChanges());
      return (await changes)(mutation, tools);
    },
  });
}
