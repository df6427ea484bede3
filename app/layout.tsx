import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { Toaster } from '@/components/ui/toaster';
import { AuthHydration } from '@/stores/auth-hydration';
import { readSession } from './_server/session';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Taskwire', template: '%s · Taskwire' },
  description: 'One task list, the same in every tab and on every device.',
};

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f6f5f1' },
    { media: '(prefers-color-scheme: dark)', color: '#131513' },
  ],
};

/** The frame of every page. */
export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  const session = await readSession();
  return (
    <html lang="en">
      <body>
        <AuthHydration user={session?.user ?? null}>{children}</AuthHydration>
        <Toaster />
      </body>
    </html>
  );
}
