import { randomUUID } from 'node:crypto';
import type { Journal } from '@/log/journal';

/** A user of the development login. */
export interface NamedUser {
  readonly id: string;
  /** Wall time of the login, milliseconds since 1970. */
  readonly now: number;
}

/** The users of the development login. */
export interface Users {
  /** The user of a name, made at the first call: the same name is the same user, over restarts too. */
  userNamed(name: string): Promise<NamedUser>;
}

/** Makes the register of users. */
export function createUsers(journal: Journal): Users {
  return {
    userNamed: (name) =>
      journal.write(async ({ db, now }) => {
        await db
          .insertInto('users')
          .values({ id: randomUUID(), name, created_at: now })
          .onConflict((conflict) => conflict.column('name').doNothing())
          .execute();
        const { id } = await db.selectFrom('users').select('id').where('name', '=', name).executeTakeFirstOrThrow();
        return { id, now };
      }),
  };
}
