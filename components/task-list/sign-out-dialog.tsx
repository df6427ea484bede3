'use client';

import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { useTaskStore } from '@/stores/task-store';
import { changesText } from './changes-text';

/** What {@link SignOutDialog} takes. */
export interface SignOutDialogProps {
  /** How many changes have not reached the service; the dialog follows it. */
  readonly unsent: number;
  /** What went wrong with signing out. */
  readonly problem: string | null;
  /** Has the session ended already? Then there is nothing to stay for. */
  readonly hasLeft: boolean;
  readonly onStay: () => void;
  /** `keeps`: the changes stay on this device for the next time. */
  readonly onLeave: (keeps: boolean) => void;
}

/** Asks what is to become of changes that have not reached the service, before they are lost by signing out ([OB27]). */
export function SignOutDialog({ unsent, problem, hasLeft, onStay, onLeave }: SignOutDialogProps) {
  const keeps = useTaskStore((state) => state.device.keeps === 'yes' && state.device.problem === null);
  const isSafe = unsent === 0;
  if (hasLeft) {
    return (
      <Dialog onCancel={() => window.location.assign('/login')} title="Signed out">
        <Problem text={problem} />
        <Actions>
          <Button look="accent" onClick={() => window.location.assign('/login')}>
            Go on
          </Button>
        </Actions>
      </Dialog>
    );
  }
  return (
    <Dialog
      onCancel={onStay}
      title={isSafe ? 'Everything is saved now' : `${changesText(unsent)} not reached the service yet`}
    >
      <p className="mt-2 text-quiet">
        {isSafe ? 'You can sign out without losing anything.' : fateText(unsent, keeps)}
      </p>
      <Problem text={problem} />
      <Actions>
        <Button autoFocus look="accent" onClick={onStay}>
          Stay signed in
        </Button>
        {!isSafe && keeps && (
          <Button onClick={() => onLeave(true)}>Sign out and keep {unsent === 1 ? 'it' : 'them'} here</Button>
        )}
        <Button look={isSafe ? 'plain' : 'danger'} onClick={() => onLeave(false)}>
          {isSafe ? 'Sign out' : `Sign out and lose ${unsent === 1 ? '1 change' : `${unsent} changes`}`}
        </Button>
      </Actions>
    </Dialog>
  );
}

function fateText(unsent: number, keeps: boolean): string {
  if (unsent === 1) {
    return keeps
      ? 'It waits on this device. It can stay here, with your tasks, and be sent when you next sign in.'
      : 'It is in this page only, because this device does not keep it.';
  }
  return keeps
    ? 'They wait on this device. They can stay here, with your tasks, and be sent when you next sign in.'
    : 'They are in this page only, because this device does not keep them.';
}

function Problem({ text }: { readonly text: string | null }) {
  return (
    <p className="mt-3 rounded-xl bg-danger-soft px-4 py-2.5 text-sm text-danger empty:hidden" role="alert">
      {text}
    </p>
  );
}

function Actions({ children }: { readonly children: React.ReactNode }) {
  return <div className="mt-5 grid gap-2">{children}</div>;
}
