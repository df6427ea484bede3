import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the bundled thread of the embedded storage stands, a URL. */
    readonly storageThread: string;
  }
}

/** The bundled thread of the embedded storage. */
export function builtStorageThread(): URL {
  return new URL(inject('storageThread'));
}
