import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Logger } from '@/ports/logger';
import type { Sender } from '@/ports/sender';

/**
 * Loads what the build made of `native/sender.c`: one system call a reader and nothing else.
 *
 * @returns `undefined` where the build had no C compiler; and where what it made can't be loaded here, which the log tells.
 */
export function loadNativeSender(file: URL, log: Logger): Sender | undefined {
  const path = fileURLToPath(file);
  if (!existsSync(path)) return undefined;
  try {
    const sender: Sender = createRequire(import.meta.url)(path);
    return sender;
  } catch (error) {
    log.warn(
      { reason: String(error) },
      'the native sender can’t be loaded, so fan-out costs more: build the service on this machine, or delete the file',
    );
    return undefined;
  }
}
