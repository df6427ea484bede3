import { inject } from 'vitest';
import { loadNativeSender } from '@/adapters/native/load-native-sender';
import { silentLogger } from '@/ports/logger';
import { nodeSender, type Sender } from '@/ports/sender';

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of what the build made of the native sender. */
    readonly nativeSender: string;
  }
}

/** Where the build puts it. */
export const NATIVE_SENDER = new URL(inject('nativeSender'));

const native = loadNativeSender(NATIVE_SENDER, silentLogger);

/** All that this system has, by name: the native one is built on Linux alone. */
export const SENDERS: readonly (readonly [name: string, sender: Sender])[] = [
  ['Node’s sender', nodeSender],
  ...(native === undefined ? [] : [['the native sender', native] as const]),
];

/** What a service that was built here uses. */
export const FASTEST_SENDER: Sender = native ?? nodeSender;
