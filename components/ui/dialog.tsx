'use client';

import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';

/** What {@link Dialog} takes. */
export interface DialogProps {
  readonly title: string;
  /** Called on Escape; the dialog stays until its owner takes it away. */
  readonly onCancel: () => void;
  readonly children: ReactNode;
}

/**
 * A question that has to be answered first: the browser's own modal dialog, which holds the focus, makes the page behind it
 * inert and gives the focus back. Open as long as it is there.
 */
export function Dialog({ title, onCancel, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  // Before it leaves the page: only then closing gives the focus back.
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      aria-labelledby={titleId}
      className="m-auto w-[calc(100%-2rem)] max-w-md rounded-2xl border border-line bg-surface p-6 text-ink shadow-card backdrop:bg-black/40"
      onCancel={(event) => {
        event.preventDefault();
        onCancel();
      }}
      ref={dialog}
    >
      <h2 className="text-lg leading-snug font-semibold tracking-tight" id={titleId}>
        {title}
      </h2>
      {children}
    </dialog>
  );
}
