import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const libraryAlias = [{ find: /^@\//, replacement: at('./') }];
const serviceAlias = [
  { find: /^@\/lib\//, replacement: at('./lib/') },
  { find: /^@\//, replacement: at('./services/websocket-service/src/') },
];

/** Only a test that hangs takes this long, milliseconds; nothing is proved by being quick on a busy machine. */
const PATIENCE_MS = 60_000;

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias: libraryAlias },
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.{ts,tsx}'],
          environment: 'node',
          testTimeout: PATIENCE_MS,
        },
      },
      {
        resolve: { alias: serviceAlias },
        test: {
          name: 'service',
          include: ['services/websocket-service/tests/**/*.test.ts'],
          environment: 'node',
          globalSetup: ['services/websocket-service/tests/support/global-setup.ts'],
          testTimeout: PATIENCE_MS,
          hookTimeout: PATIENCE_MS,
        },
      },
      {
        resolve: { alias: libraryAlias },
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          environment: 'node',
          globalSetup: ['tests/support/build-service.ts'],
          testTimeout: PATIENCE_MS,
          hookTimeout: 120_000,
        },
      },
      {
        resolve: { alias: libraryAlias },
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          environment: 'node',
          globalSetup: ['tests/support/build-service.ts', 'tests/browser/support/build-app.ts'],
          testTimeout: PATIENCE_MS,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
