import { onTestFinished } from 'vitest';
import { DEFAULT_LIMITS, type Limits } from '@/config/limits';
import type { ServiceConfig } from '@/config/service-config';
import { createService, type Service, type ServicePorts } from '@/service';
import { openEmbeddedStorage } from '@/storage/open-embedded-storage';
import { openPostgresStorage } from '@/storage/open-postgres-storage';
import { type OpenStorage, storageLimitsOf } from '@/storage/open-storage';
import { type Api, createApi, type User } from './api';
import { FASTEST_SENDER } from './senders';
import { createTempDir } from './temp-dir';
import { TEST_SERVICE_KEY } from './tokens';

/** What a test changes about a service. */
export interface TestServiceOptions extends ServicePorts {
  readonly config?: Partial<Omit<ServiceConfig, 'limits'>>;
  readonly limits?: Partial<Limits>;
}

/** A service in this process, on a free port and a directory of its own; it ends with the test. */
export interface TestService {
  readonly url: string;
  /** Where the internal listener is. */
  readonly internalUrl: string;
  readonly dataDir: string;
  readonly service: Service;
  readonly api: Api;
  /** Signs in by name. */
  signIn(name: string): Promise<User>;
}

export async function startTestService(options: TestServiceOptions = {}): Promise<TestService> {
  const { config, limits, ...ports } = options;
  const dataDir = config?.dataDir ?? createTempDir();
  const service = await createService(testConfig({ ...config, dataDir }, limits), {
    openStorage: openInProcess,
    sender: FASTEST_SENDER,
    ...ports,
  });
  onTestFinished(() => service.close());
  const url = await service.listen();
  const api = createApi(url);
  return { url, internalUrl: service.internalUrl, dataDir, service, api, signIn: api.signIn };
}

/** The database in this thread: tests run the sources, and their clock stands still at their word. */
const openInProcess: OpenStorage = async (config, given) => {
  const context = { ...given, limits: storageLimitsOf(config) };
  if (config.databaseUrl !== undefined) return openPostgresStorage(config.databaseUrl, context);
  return openEmbeddedStorage(config.dataDir, context);
};

/** The configuration of a test: development, a free port, nothing on the console. */
export function testConfig(config: Partial<ServiceConfig>, limits: Partial<Limits> = {}): ServiceConfig {
  return {
    mode: 'development',
    host: '127.0.0.1',
    port: 0,
    internalHost: '127.0.0.1',
    internalPort: 0,
    dataDir: '',
    serviceKeys: [TEST_SERVICE_KEY],
    daprPubsubName: 'pubsub',
    tasksSource: 'service',
    previousJwtSecrets: [],
    tokenClaims: {},
    allowedOrigins: ['http://localhost:3000'],
    allowQueryToken: true,
    auth: 'on',
    logLevel: 'silent',
    trustedProxies: [],
    ...config,
    limits: { ...DEFAULT_LIMITS, drainMs: 500, refusalDelayMs: 0, maxFaultWaitMs: 0, ...limits },
  };
}
