import type { Task } from '@/lib/protocol/task';
import type { NativeOptions } from './client-options';
import { CoreClient } from './core-client';
import { createNativeWire } from './native-wire';

/** The smallest client: the connection, the native protocol and resume, nothing of seed 001. */
export class NativeSyncClient<T extends Task = Task> extends CoreClient<T> {
  /** @param url The server's socket address. @param userId Whose tasks: the own inbox is `user:<userId>`. */
  constructor(url: string, userId: string, options: Omit<NativeOptions, 'wire'>) {
    super(options, (host) => createNativeWire(url, userId, options, host));
  }
}
