'use client';

import { type SubmitEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Icon } from '@/components/ui/icon';
import { useAuthStore } from '@/stores/auth-store';
import { leaveSession } from './leave-session';
import { SignOutDialog } from './sign-out-dialog';
import { useUnsentCount } from './use-unsent-count';

/**
 * Signs out: deletes what this device keeps of the person, after asking when changes have not reached the service ([OB27]). A
 * plain form, so that it works without JavaScript too.
 */
export function SignOut() {
  const userId = useAuthStore((state) => state.user?.id) ?? null;
  const [step, setStep] = useState<'none' | 'asking' | 'leaving' | 'left'>('none');
  const [problem, setProblem] = useState<string | null>(null);
  const { unsent, count } = useUnsentCount(userId, step === 'asking');

  const leave = async (keeps: boolean) => {
    setStep('leaving');
    setProblem(null);
    const leaving = await leaveSession(userId, keeps);
    if (leaving.outcome === 'left') {
      window.location.assign('/login');
      return;
    }
    setProblem(leaving.problem);
    setStep(leaving.outcome === 'left something' ? 'left' : 'asking');
  };
  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (step !== 'none') return;
    if ((await count()) === 0) await leave(false);
    else setStep('asking');
  };
  const stay = () => {
    setStep('none');
    setProblem(null);
  };

  return (
    <form action="/api/logout" method="post" onSubmit={(event) => void submit(event)}>
      <Button aria-label="Sign out" look="icon" title="Sign out" type="submit">
        <Icon name="signOut" />
      </Button>
      {(step === 'asking' || step === 'left') && (
        <SignOutDialog
          hasLeft={step === 'left'}
          onLeave={(keeps) => void leave(keeps)}
          onStay={stay}
          problem={problem}
          unsent={unsent}
        />
      )}
    </form>
  );
}
