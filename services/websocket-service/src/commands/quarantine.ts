import { DEFAULT_LIMITS } from '@/config/limits';
import type { StoragePlace } from '@/config/storage-place';
import type { QuarantineRow } from '@/ports/schema';
import { storageLimitsOf } from '@/storage/open-storage';
import { createQuarantineDesk, type QuarantineChoice, type QuarantineDesk } from '@/tasks/quarantine-desk';
import { withJournal } from './with-journal';

/** `quarantine`: what could not take effect, one JSON object a line, the oldest first. */
export async function listQuarantine(place: StoragePlace): Promise<string> {
  const rows = await atDesk(place, (desk) => desk.list());
  return [`${countOf(rows.length)} in quarantine.`, ...rows.map(lineOf)].join('\n');
}

/** `quarantine-retry <event id | all>`: publishes entries once more; what still can't take effect stays. */
export async function retryQuarantine(place: StoragePlace, which: string): Promise<string> {
  const { settled, left } = await atDesk(place, (desk) => desk.retry(choiceOf(which)));
  if (settled + left.length === 0) throw nothingFound(which);
  const reasons = left.map(({ id, reason }) => JSON.stringify({ id, reason }));
  return [`${countOf(settled)} settled now, ${left.length} left in quarantine.`, ...reasons].join('\n');
}

/** `quarantine-drop <event id | all>`: removes entries for good. */
export async function dropQuarantine(place: StoragePlace, which: string): Promise<string> {
  const count = await atDesk(place, (desk) => desk.drop(choiceOf(which)));
  if (count === 0) throw nothingFound(which);
  return `${countOf(count)} dropped from the quarantine for good.`;
}

function atDesk<T>(place: StoragePlace, work: (desk: QuarantineDesk) => Promise<T>): Promise<T> {
  const limits = storageLimitsOf({ limits: DEFAULT_LIMITS });
  return withJournal(place, (journal, { db }) => work(createQuarantineDesk(db, journal, limits)));
}

function choiceOf(which: string): QuarantineChoice {
  return which === 'all' ? 'all' : { id: which };
}

function nothingFound(which: string): Error {
  return new Error(
    which === 'all'
      ? 'Nothing is in quarantine: there is nothing to do.'
      : `No event ${which} is in quarantine: \`quarantine\` lists the ids.`,
  );
}

function countOf(count: number): string {
  return count === 1 ? '1 event is' : `${count} events are`;
}

function lineOf({ id, source, reason, attempts, is_final, at, task_id, body }: QuarantineRow): string {
  return JSON.stringify({
    id,
    ...(source !== '' && { source }),
    reason,
    attempts,
    givenUp: is_final === 1,
    at: new Date(at).toISOString(),
    ...(task_id !== null && { waitsFor: task_id }),
    body,
  });
}
