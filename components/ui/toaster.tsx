'use client';

import { Toaster as Sonner } from 'sonner';

/** Where toasts appear: Sonner, following the system's light or dark, at the lower right. Put it into the layout once. */
export function Toaster() {
  return <Sonner closeButton position="bottom-right" theme="system" />;
}
