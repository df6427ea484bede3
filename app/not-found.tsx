import type { Metadata } from 'next';
import Link from 'next/link';
import { BrandMark } from '@/components/ui/brand-mark';

export const metadata: Metadata = { title: 'Not found' };

/** An address that leads nowhere. */
export default function NotFound() {
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-sm flex-col justify-center px-6 pt-8 pb-[18vh]">
      <BrandMark className="size-11" />
      <h1 className="mt-6 text-[1.75rem] leading-tight font-semibold tracking-tight">There is nothing here</h1>
      <p className="mt-2 text-quiet">The address may be misspelt, or what it led to is gone.</p>
      <Link className="mt-6 font-medium text-accent underline underline-offset-4" href="/" prefetch={false}>
        To your tasks
      </Link>
    </main>
  );
}
