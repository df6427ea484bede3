import type { Metadata } from 'next';
import { BrandMark } from '@/components/ui/brand-mark';
import { Button } from '@/components/ui/button';
import { loginErrorText } from './login-error-text';

type Query = Readonly<Record<string, string | string[] | undefined>>;

export const metadata: Metadata = { title: 'Sign in' };

/** Signing in by name; a plain form, so that it also works before or without JavaScript. */
export default async function LoginPage({ searchParams }: { readonly searchParams: Promise<Query> }) {
  const { error, name } = await searchParams;
  const problem = loginErrorText(error);
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-sm flex-col justify-center px-6 pt-8 pb-[18vh]">
      <BrandMark className="size-11" />
      <h1 className="mt-6 text-[1.75rem] leading-tight font-semibold tracking-tight">Sign in to Taskwire</h1>
      <p className="mt-2 text-quiet">One task list, the same in every tab and on every device.</p>
      {problem !== undefined && (
        <p
          className="mt-6 rounded-xl bg-danger-soft px-4 py-3 text-sm text-danger [&_code]:font-semibold"
          id="problem"
          role="alert"
        >
          {problem}
        </p>
      )}
      <form action="/api/login" className="mt-7" method="post">
        <label className="text-sm font-medium" htmlFor="name">
          Name
        </label>
        <input
          aria-describedby={problem === undefined ? 'hint' : 'problem hint'}
          aria-invalid={problem === undefined ? undefined : true}
          autoCapitalize="words"
          autoComplete="username"
          // biome-ignore lint/a11y/noAutofocus: it is the only thing to do on this page.
          autoFocus
          className="mt-1.5 block h-12 w-full rounded-xl border border-control bg-surface px-4 text-base"
          defaultValue={typeof name === 'string' ? name : ''}
          id="name"
          maxLength={64}
          name="name"
          required
          spellCheck={false}
          type="text"
        />
        <p className="mt-2 text-[0.8125rem] text-quiet" id="hint">
          For development: any name will do, and the same name is always the same person.
        </p>
        <Button className="mt-6 h-12 w-full rounded-xl text-base" look="accent" type="submit">
          Sign in
        </Button>
      </form>
    </main>
  );
}
