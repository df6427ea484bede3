'use client';

import { useEffect, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Icon } from '@/components/ui/icon';

/** How long a passing notice stays, milliseconds; not counted while the pointer or the focus is on it. */
export const NOTICE_MS = 10_000;

/** What {@link NoticeBar} takes. */
export interface NoticeBarProps {
  /** Nothing is shown without it; another text begins the time anew. */
  readonly text: string | undefined;
  /** What can be done about it, as the button says it. */
  readonly action: string;
  readonly onAction: () => void;
  readonly onDismiss: () => void;
  /** Does it go by itself? Default: it stays. */
  readonly passes?: boolean;
}

/** A bar at the foot of the page that says what just happened and offers one action. Stays in the page's flow. */
export function NoticeBar({ text, action, onAction, onDismiss, passes = false }: NoticeBarProps) {
  const [isPointed, setPointed] = useState(false);
  const [isFocused, setFocused] = useState(false);
  const isHeld = isPointed || isFocused;
  const isOpen = text !== undefined;
  // An element that goes away says neither that the pointer nor that the focus left it.
  if (!isOpen && isPointed) setPointed(false);
  if (!isOpen && isFocused) setFocused(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new text begins the time anew.
  useEffect(() => {
    if (!isOpen || !passes || isHeld) return;
    const timer = setTimeout(onDismiss, NOTICE_MS);
    return () => clearTimeout(timer);
  }, [isOpen, text, passes, isHeld]);

  return (
    <div className="pointer-events-none sticky bottom-4 mt-4 flex justify-center" data-notice={isOpen || undefined}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only waits while somebody is looking at it. */}
      <div
        className={
          isOpen
            ? 'pointer-events-auto flex max-w-full items-center gap-1 rounded-2xl bg-ink py-1.5 pr-1.5 pl-4 text-sm text-canvas shadow-card'
            : 'sr-only'
        }
        onBlur={() => setFocused(false)}
        onFocus={() => setFocused(true)}
        onMouseEnter={() => setPointed(true)}
        onMouseLeave={() => setPointed(false)}
      >
        <p className="line-clamp-3 min-w-0 break-words" role="status">
          {text}
        </p>
        {isOpen && (
          <>
            <button
              className="h-10 flex-none rounded-lg px-3 font-semibold underline decoration-1 underline-offset-4 focus-visible:outline-canvas"
              onClick={onAction}
              type="button"
            >
              {action}
            </button>
            <Button aria-label="Dismiss" className="focus-visible:outline-canvas" look="bare" onClick={onDismiss}>
              <Icon className="size-4" name="close" />
            </Button>
          </>
        )}
      </div>
    </div>
  );
}
