import type { TestProject } from 'vitest/node';
import { findChromium } from '@/scripts/find-chromium.mjs';
import { buildApp } from '@/scripts/lib/parts.mjs';
import { findFreePort } from '@/scripts/lib/ports.mjs';
import { withoutOwnSettings } from '@/tests/support/service-process';

declare module 'vitest' {
  interface ProvidedContext {
    /** The browser to drive. */
    chromiumPath: string;
    /** Where the built app will look for the service: it is part of the build. */
    servicePort: number;
  }
}

/** Vitest's global setup for browser tests: finds the browser first, then builds the app as `npm run build` does. */
export async function setup({ provide }: TestProject): Promise<void> {
  provide('chromiumPath', await findChromium());
  const servicePort = await findFreePort();
  provide('servicePort', servicePort);
  const code = await buildApp({
    ...withoutOwnSettings(process.env),
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    SERVICE_PORT: String(servicePort),
    NEXT_PUBLIC_WEBSOCKET_URL: `ws://localhost:${servicePort}/ws`,
  });
  if (code !== 0) throw new Error(`Building the app ended with exit code ${code}.`);
}
