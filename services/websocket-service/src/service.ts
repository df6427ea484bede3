import type { FastifyInstance } from 'fastify';
import { createPrometheusMetrics } from '@/adapters/prometheus/prometheus-metrics';
import { openSqlite } from '@/adapters/sqlite/open-sqlite';
import { createAuthenticator } from '@/auth/authenticator';
import { mayRead } from '@/auth/channel-access';
import { createDevelopmentLogin } from '@/auth/development-login';
import { developmentSecret } from '@/auth/development-secret';
import { createTokenVerifier } from '@/auth/token-verifier';
import type { ServiceConfig } from '@/config/service-config';
import { createHttpApp } from '@/http/create-http-app';
import { createInternalApp } from '@/http/create-internal-app';
import { createHub } from '@/hub/hub';
import { projectChannel, userChannel } from '@/lib/protocol';
import { createSlots } from '@/limits/slots';
import { createJournal } from '@/log/journal';
import { createSqlEventLog } from '@/log/sql-event-log';
import { timeAppends } from '@/log/time-appends';
import { type Clock, systemClock, type Undo } from '@/ports/clock';
import { type Logger, silentLogger } from '@/ports/logger';
import { countRecoveries } from '@/session/count-recoveries';
import { createChannelReader } from '@/tasks/channel-reader';
import { createTaskReader } from '@/tasks/task-reader';
import { createTaskWriter } from '@/tasks/task-writer';
import { drainAdvice } from '@/upgrade/drain-advice';
import { serveSockets } from '@/upgrade/socket-server';
import { startMaintenance } from './maintenance';

/** What a service takes from its surroundings; tests bring their own. */
export interface ServicePorts {
  readonly clock?: Clock;
  readonly log?: Logger;
}

/** A whole service in this process. */
export interface Service {
  /** Names the history of its data directory. */
  readonly epoch: string;
  /** The address of the internal listener as a URL, once it listens. */
  readonly internalUrl: string;
  /** Starts to listen. @returns the address as a URL. Rejects when the port is taken. */
  listen(): Promise<string>;
  /** Drains: not ready, no new work, 1012 to every socket, then the data directory is given back. Idempotent. */
  close(): Promise<void>;
}

/**
 * Puts a service together on its data directory; it does not listen yet.
 *
 * @throws DataDirectoryInUse when another process has the directory; Error when it can't be written.
 */
export function createService(config: ServiceConfig, ports: ServicePorts = {}): Service {
  const { clock = systemClock, log = silentLogger } = ports;
  const { limits } = config;
  const store = openSqlite(config.dataDir);
  const secret = config.jwtSecret ?? developmentSecret(config.dataDir);
  const metrics = createPrometheusMetrics();
  const journal = timeAppends(createJournal(store.db, clock, log), metrics.appendSeconds);
  const eventLog = createSqlEventLog(store.db, journal, store.epoch);
  const reader = createChannelReader(store.db, eventLog, limits.maxSnapshotBytes);
  const hub = createHub(metrics);
  const verify = createTokenVerifier(secret);
  const users = createSlots(limits.maxConnectionsPerUser);
  const undos: Undo[] = [eventLog.onCommitted(hub.announce), startMaintenance(eventLog, journal, limits, clock, log)];
  let isDraining = false;

  const internal = createInternalApp({ limits, log, metricsText: metrics.text });
  const app = createHttpApp({
    config,
    log,
    metrics,
    verify,
    writer: createTaskWriter(journal, store.epoch, limits.maxBodyBytes),
    reader: createTaskReader(store.db, store.epoch),
    isDraining: () => isDraining,
    isReady: async () => {
      try {
        await eventLog.heads([userChannel('')]);
        return !isDraining && (await journal.canWrite());
      } catch {
        return false;
      }
    },
    countClients: (projectId) => (projectId === undefined ? sockets.size : hub.countOf(projectChannel(projectId))),
    ...(config.mode === 'development' && { login: createDevelopmentLogin(journal, secret) }),
  });
  const sockets = serveSockets(app.server, config, {
    epoch: store.epoch,
    clock,
    limits,
    log,
    metrics,
    reader: countRecoveries(reader, metrics),
    subscribe: hub.subscribe,
    authenticate: createAuthenticator(verify, config.auth, metrics),
    mayRead,
    admitUser: users.take,
  });

  metrics.watch({
    connections: () => sockets.size,
    queuedBytes: () => sockets.queuedBytes,
    // This process announces what it commits in the same turn.
    logLagEvents: () => 0,
  });

  const drain = async (): Promise<void> => {
    isDraining = true;
    const cancel = clock.after(limits.drainMs, () => {
      sockets.terminate();
      app.server.closeAllConnections();
      internal.server.closeAllConnections();
    });
    const closed = app.close();
    await sockets.drain(drainAdvice(sockets.size));
    await closed;
    await internal.close();
    cancel();
    for (const undo of undos) undo();
    await journal.idle();
    await store.close();
  };
  let closing: Promise<void> | undefined;

  return {
    epoch: store.epoch,
    get internalUrl() {
      return addressOf(internal, config.internalHost);
    },
    async listen() {
      await internal.listen({ host: config.internalHost, port: config.internalPort });
      await app.listen({ host: config.host, port: config.port });
      return addressOf(app, config.host);
    },
    close() {
      closing ??= drain();
      return closing;
    },
  };
}

function addressOf({ server }: FastifyInstance, host: string): string {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
