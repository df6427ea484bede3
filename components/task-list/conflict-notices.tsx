'use client';

import { Button } from '@/components/ui/button';
import type { ConflictReceipt } from '@/lib/replica';
import { useTaskStore } from '@/stores/task-store';
import { useTask } from '@/stores/use-task';
import { fieldWord, shownValue } from './field-words';
import { NoticeCard } from './notice-card';

/** What others replaced of one's own, each to be put back or left in one action ([NT6]). */
export function ConflictNotices() {
  const receipts = useTaskStore((state) => state.receipts);
  if (receipts.length === 0) return null;
  return (
    <section aria-label="Changes that others replaced" className="mt-4 grid gap-2">
      {receipts.map((receipt) => (
        <ConflictNotice key={receipt.id} receipt={receipt} />
      ))}
    </section>
  );
}

function ConflictNotice({ receipt }: { readonly receipt: ConflictReceipt }) {
  const { restoreMine, keepTheirs } = useTaskStore.getState();
  const title = useTask(receipt.taskId)?.title;
  return (
    <NoticeCard text={sentence(receipt, title)}>
      <Button onClick={() => restoreMine(receipt.id)}>Restore mine</Button>
      <Button onClick={() => keepTheirs(receipt.id)}>Keep theirs</Button>
    </NoticeCard>
  );
}

function sentence({ field, yours, theirs, actor }: ConflictReceipt, title: string | undefined): string {
  const who = actor?.name ?? 'Somebody';
  const name = title === undefined ? 'a task' : `“${title}”`;
  if (field === '*')
    return theirs === undefined
      ? `${who} deleted a task that you changed.`
      : `${who} changed ${name} while you deleted it.`;
  const word = fieldWord(field);
  if (word === 'state')
    return `${who} ${theirs === true ? 'completed' : 'reopened'} ${name}; you had it the other way.`;
  const what = field === 'title' ? 'a title' : `the ${word} of ${name}`;
  return `${who} changed ${what} to ${shownValue(theirs)}; yours was ${shownValue(yours)}.`;
}
