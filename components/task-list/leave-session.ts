import { forgetUser } from '@/lib/sync';

/** The longest that deleting what this device keeps may hold up signing out, milliseconds. */
export const FORGET_DEADLINE_MS = 5_000;

/** How signing out went. */
export type Leaving =
  /** The session has ended, and this device keeps what it was told to keep. */
  | { readonly outcome: 'left' }
  /** Nothing has changed. */
  | { readonly outcome: 'still here'; readonly problem: string }
  /** The session has ended, but not everything could be deleted. */
  | { readonly outcome: 'left something'; readonly problem: string };

/**
 * Ends the session and then, unless told to keep it, deletes what this device keeps of the user ([OB27]). In this order: a
 * site that can't be reached must not cost anybody a change. Never rejects.
 */
export async function leaveSession(userId: string | null, keeps: boolean): Promise<Leaving> {
  try {
    const response = await fetch('/api/logout', { method: 'POST', redirect: 'manual', cache: 'no-store' });
    if (response.type !== 'opaqueredirect' && !response.ok) {
      return { outcome: 'still here', problem: `The site answered ${response.status}. You are still signed in.` };
    }
  } catch {
    const problem = 'The site cannot be reached, so you are still signed in. Nothing was deleted.';
    return { outcome: 'still here', problem };
  }
  if (keeps || userId === null) return { outcome: 'left' };
  try {
    await inTime(forgetUser(userId));
    return { outcome: 'left' };
  } catch {
    const problem =
      'You are signed out, but this device could not delete its copy of your tasks. Delete the data of this site in your browser.';
    return { outcome: 'left something', problem };
  }
}

function inTime(work: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('The storage does not answer.')), FORGET_DEADLINE_MS);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
