'use client';

import { Button } from '@/components/ui/button';

/** Shown in place of the tasks when drawing them failed; nothing that was entered is lost by it. */
export default function TasksError({ retry }: { readonly error: unknown; readonly retry: () => void }) {
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-sm flex-col justify-center px-6 pt-8 pb-[18vh]">
      <div role="alert">
        <h1 className="text-[1.75rem] leading-tight font-semibold tracking-tight">The tasks cannot be shown</h1>
        <p className="mt-2 text-quiet">Something in this page went wrong. Your tasks are safe with the service.</p>
      </div>
      <div className="mt-6 flex gap-3">
        <Button look="accent" onClick={retry}>
          Try again
        </Button>
        <Button onClick={() => window.location.reload()}>Reload the page</Button>
      </div>
    </main>
  );
}
