/** One unit of authorisation: `user:<userId>` (a user's inbox) or `project:<projectId>`. */
export type Channel = `user:${string}` | `project:${string}`;

/** What a client may say instead of its own inbox's full name. */
export const OWN_INBOX = 'user:me';

/** The inbox of a user: own tasks, tasks shared with the user, membership changes. */
export function userChannel(userId: string): Channel {
  return `user:${userId}`;
}

/** The channel of a project's tasks. */
export function projectChannel(projectId: string): Channel {
  return `project:${projectId}`;
}

/** Is this a well-formed channel name? Says nothing about who may read it. */
export function isChannel(value: unknown): value is Channel {
  return typeof value === 'string' && /^(user|project):.+$/s.test(value) && !value.includes('\0');
}
