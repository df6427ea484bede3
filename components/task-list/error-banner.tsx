'use client';

import { Button } from '@/components/ui/button';
import { Icon } from '@/components/ui/icon';
import { useTaskStore } from '@/stores/task-store';

/** Says what went wrong, and offers to read the list anew. */
export function ErrorBanner({ text }: { readonly text: string }) {
  return (
    <div className="mt-4 flex items-center gap-1 rounded-xl bg-danger-soft py-1 pr-1 pl-4 text-sm text-danger">
      <p className="min-w-0 flex-1 py-2 break-words" role="alert">
        {text}
      </p>
      <button
        className="h-10 flex-none rounded-lg px-3 font-semibold underline decoration-1 underline-offset-4"
        onClick={() => void useTaskStore.getState().fetchTasks()}
        type="button"
      >
        Try again
      </button>
      <Button aria-label="Dismiss" look="bare" onClick={() => useTaskStore.getState().clearError()}>
        <Icon className="size-4" name="close" />
      </Button>
    </div>
  );
}
