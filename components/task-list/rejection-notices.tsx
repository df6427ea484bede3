'use client';

import { Button } from '@/components/ui/button';
import type { Rejection } from '@/lib/replica';
import { isWorthRetrying } from '@/stores/renew-mutation';
import { useTaskStore } from '@/stores/task-store';
import { useTask } from '@/stores/use-task';
import { NoticeCard } from './notice-card';
import { rejectionSentence } from './rejection-sentence';

/** Own changes that the service refused: which, why, and what can be done about it ([NT8]). They outlive a reload. */
export function RejectionNotices() {
  const rejections = useTaskStore((state) => state.rejections);
  if (rejections.length === 0) return null;
  return (
    <section aria-label="Changes that were refused" className="mt-4 grid gap-2">
      {rejections.map((rejection) => (
        <RejectionNotice key={rejection.mutation.id} rejection={rejection} />
      ))}
    </section>
  );
}

function RejectionNotice({ rejection }: { readonly rejection: Rejection }) {
  const { mutation, reason } = rejection;
  const { retryRejection, dismissRejection } = useTaskStore.getState();
  const title = useTask(mutation.taskId)?.title;
  return (
    <NoticeCard
      text={
        <>
          <strong className="font-semibold">{rejectionSentence(mutation, title)}</strong> {reason}
        </>
      }
      tone="danger"
    >
      {isWorthRetrying(rejection) && <Button onClick={() => retryRejection(mutation.id)}>Try again</Button>}
      <Button onClick={() => dismissRejection(mutation.id)}>Dismiss</Button>
    </NoticeCard>
  );
}
