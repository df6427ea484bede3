// @ts-check

/**
 * Everybody in the benchmark, by the name in the table. Each is loaded alone, in a process of its own.
 * @type {Readonly<Record<string, () => Promise<() => import('./contender.mjs').Contender>>>}
 */
export const CONTENDERS = {
  taskwire: async () => (await import('./contenders/taskwire.mjs')).createContender,
  'mutable Map with listeners': async () => (await import('./contenders/mutable-map.mjs')).createContender,
  Yjs: async () => (await import('./contenders/yjs.mjs')).createContender,
  'Yjs, a Y.Map per task': async () => (await import('./contenders/yjs-fields.mjs')).createContender,
  TinyBase: async () => (await import('./contenders/tinybase.mjs')).createContender,
  'TanStack DB, batched': async () => (await import('./contenders/tanstack-db.mjs')).createContender,
  'TanStack DB, per event': async () => {
    const { createContender } = await import('./contenders/tanstack-db.mjs');
    return () => createContender({ isBatched: false });
  },
  'TanStack Query': async () => (await import('./contenders/tanstack-query.mjs')).createContender,
  'Zustand, copied Map': async () => (await import('./contenders/zustand-map.mjs')).createContender,
  'seed 001, Task[]': async () => (await import('./contenders/seed-array.mjs')).createContender,
};
