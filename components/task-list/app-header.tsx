'use client';

import { ConnectionIndicator } from '@/components/tasks/connection-indicator';
import { useSyncStatus } from '@/components/tasks/session-context';
import { BrandMark } from '@/components/ui/brand-mark';
import { NotificationsSwitch } from './notifications-switch';
import { SignOut } from './sign-out';

/** The bar at the top of the page: whether the list is up to date, notifications, signing out. */
export function AppHeader() {
  const status = useSyncStatus();
  const hasEnded = status.state === 'stopped' && status.reason === 'needs-auth';
  return (
    <header className="sticky top-0 z-10 border-b border-line bg-canvas/85 backdrop-blur-md">
      <div className="mx-auto flex min-h-14 max-w-5xl flex-wrap items-center gap-3 px-4 py-1.5 sm:px-6">
        <BrandMark />
        <span className="hidden font-semibold tracking-tight sm:inline">Taskwire</span>
        <div className="connection-place flex min-w-0 flex-1 sm:justify-end">
          <ConnectionIndicator className="connection" />
          {hasEnded && (
            <a className="ml-2 flex-none text-[0.8125rem] leading-tight font-semibold underline" href="/login">
              Sign in
            </a>
          )}
        </div>
        <div className="-mr-2 ml-auto flex flex-none sm:gap-1">
          <NotificationsSwitch />
          <SignOut />
        </div>
      </div>
    </header>
  );
}
