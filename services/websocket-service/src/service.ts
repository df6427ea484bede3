import type { FastifyInstance } from 'fastify';
import { loadNativeSender } from '@/adapters/native/load-native-sender';
import { createPrometheusMetrics } from '@/adapters/prometheus/prometheus-metrics';
import { createAuthenticator } from '@/auth/authenticator';
import { createServiceKeyCheck, createSidecarCheck } from '@/auth/service-key';
import type { ServiceConfig } from '@/config/service-config';
import { createHttpApp } from '@/http/create-http-app';
import { createInternalApp } from '@/http/create-internal-app';
import { followLog } from '@/hub/follow-log';
import { createHub } from '@/hub/hub';
import { WebSocketManager } from '@/hub/websocket-manager';
import { projectChannel, userChannel } from '@/lib/protocol';
import { boundSockets } from '@/limits/bound-sockets';
import { createClientAddress, createProxyCheck } from '@/limits/client-address';
import { createTraffic } from '@/limits/traffic';
import { createRecentEvents } from '@/log/recent-events';
import { type Clock, systemClock, type Undo } from '@/ports/clock';
import { type Logger, silentLogger } from '@/ports/logger';
import { nodeSender, type Sender } from '@/ports/sender';
import { WriteTurn } from '@/ports/write-turn';
import { countRecoveries } from '@/session/count-recoveries';
import { type OpenStorage, openStorage } from '@/storage/open-storage';
import { createChannelReader } from '@/tasks/channel-reader';
import { createTaskChannel } from '@/tasks/task-channel';
import { drainAdvice } from '@/upgrade/drain-advice';
import { createPlaceReader } from '@/upgrade/place-reader';
import { serveSockets } from '@/upgrade/socket-server';
import { createAuthentication } from './create-authentication';
import { startMaintenance } from './maintenance';
import { startTakingSubmissions } from './take-submissions';

/** What a service takes from its surroundings; tests bring their own. */
export interface ServicePorts {
  readonly clock?: Clock;
  readonly log?: Logger;
  /** Where everything is kept; by default what the configuration says. */
  readonly openStorage?: OpenStorage;
  /** By default the native one that the build put beside the service, else Node's. */
  readonly sender?: Sender;
}

/** Where the build puts it. */
const NATIVE_SENDER = new URL('./sender.node', import.meta.url);

/** Connections that may wait to be accepted ([LM26]); the system may allow fewer, and Node asks for 511. */
const BACKLOG = 4_096;

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
export async function createService(config: ServiceConfig, ports: ServicePorts = {}): Promise<Service> {
  const { clock = systemClock, log = silentLogger } = ports;
  const { limits } = config;
  const metrics = createPrometheusMetrics();
  const storage = await (ports.openStorage ?? openStorage)(config, {
    clock,
    log,
    onWritten: (seconds) => metrics.appendSeconds.observe(seconds),
  });
  const authentication = createAuthentication(config, { storage, clock, log }).catch(async (error: unknown) => {
    await storage.close();
    throw error;
  });
  const { revocations, verify, recognise, hesitate, login } = await authentication;
  // Heard before anybody is told: who reads on after an announcement finds it there.
  const recent = storage.isShared ? undefined : createRecentEvents(storage.epoch, limits.maxRecentBytes);
  if (recent !== undefined) storage.onCommitted(recent.add);
  const reader = createChannelReader(storage, limits.maxSnapshotBytes, config.tasksSource, recent);
  const turn = new WriteTurn(ports.sender ?? loadNativeSender(NATIVE_SENDER, log) ?? nodeSender);
  const hub = createHub({ turn, metrics });
  const traffic = createTraffic(limits, clock.now, metrics);
  const clientAddress = createClientAddress(config.trustedProxies);
  const following = storage.isShared
    ? followLog({ log: storage, hub, clock, logger: log, pollMs: limits.logPollMs })
    : { lag: () => 0, standing: async () => {}, stop: storage.onCommitted(hub.announce) };
  const undos: Undo[] = [following.stop, revocations.stop, startMaintenance(storage, limits, clock, log)];
  if (storage.isShared) undos.push(startTakingSubmissions(storage, limits.submissionPollMs, clock, log));
  let isDraining = false;

  const isServiceKey = createServiceKeyCheck(config.serviceKeys);
  const internal = createInternalApp({
    limits,
    log,
    metrics,
    metricsText: metrics.text,
    publish: storage.publish,
    quarantine: storage.quarantine,
    daprPubsubName: config.daprPubsubName,
    isSidecar: createSidecarCheck(config.appApiToken),
    isDraining: () => isDraining,
    revocation: { isServiceKey, hesitate, metrics, store: storage, revocations: revocations.all },
  });
  const app = createHttpApp({
    config,
    traffic,
    clientAddress,
    log,
    metrics,
    verify,
    writer: storage,
    reader: storage,
    projects: storage,
    history: storage.history,
    publish: storage.publish,
    isServiceKey,
    isDraining: () => isDraining,
    isReady: async () => {
      try {
        await storage.heads([userChannel('')]);
        return !isDraining && (await storage.canWrite());
      } catch {
        return false;
      }
    },
    countClients: (projectId) => (projectId === undefined ? sockets.size : hub.countOf(projectChannel(projectId))),
    ...(login !== undefined && { login }),
  });
  boundSockets(app.server, limits.maxSocketsPerAddress, createProxyCheck(config.trustedProxies));
  const sockets = serveSockets(
    app.server,
    config,
    {
      epoch: storage.epoch,
      clock,
      limits,
      log,
      metrics,
      turn,
      reader: countRecoveries(reader, metrics),
      subscribe: hub.subscribe,
      standing: following.standing,
      authenticate: createAuthenticator(verify, config.auth, metrics),
      watchRevocation: (identity, onRevoked) => revocations.all.watch(identity, onRevoked),
      needsToken: config.auth === 'on',
      mayRead: storage.mayRead,
      channelOfTask: createTaskChannel(storage, storage.mayRead),
      manager: new WebSocketManager(),
      traffic,
    },
    clientAddress,
    storage.isShared
      ? createPlaceReader({
          recognise,
          subscribe: hub.subscribe,
          standing: following.standing,
          clock,
          maxWaitMs: limits.authMessageDeadlineMs,
        })
      : undefined,
  );

  metrics.watch({
    connections: () => sockets.size,
    queuedBytes: () => sockets.queuedBytes,
    logLagEvents: following.lag,
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
    await storage.close();
  };
  let closing: Promise<void> | undefined;

  return {
    epoch: storage.epoch,
    get internalUrl() {
      return addressOf(internal, config.internalHost);
    },
    async listen() {
      await internal.listen({ host: config.internalHost, port: config.internalPort });
      await app.listen({ host: config.host, port: config.port, backlog: BACKLOG });
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
