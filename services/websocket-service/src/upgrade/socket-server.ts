import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import type { ServiceConfig } from '@/config/service-config';
import { type CloseAdvice, CloseCode, encodeCloseAdvice, SUBPROTOCOL } from '@/lib/protocol';
import type { ClientAddress } from '@/limits/client-address';
import { createTurns } from '@/limits/turns';
import { startNativeSession } from '@/messages/native-session';
import type { SessionContext } from '@/messages/session-context';
import { startSession } from '@/messages/start-session';
import { Problem } from '@/ports/problem';
import { rawProblemAnswer } from '@/ports/problem-document';
import { traceFactsOf } from '@/ports/trace-id';
import { Outbound } from '@/session/outbound';
import { answerPings } from './answer-pings';
import { chooseDialect } from './choose-dialect';
import { closeWordOf } from './close-word';
import { type Endpoint, endpointOf } from './endpoint';
import { FrameGate, type GateRules } from './frame-gate';
import { handshakeProblem } from './handshake-problem';
import { asksForWebSocket, ignoreUpgrade } from './ignore-upgrade';
import { listenTo } from './listen-to';
import type { PlaceReader } from './place-reader';
import { refuseDialect } from './refuse-dialect';
import { requestTokenOf } from './request-token';
import { type Patience, ServiceSocket } from './service-socket';
import { SlowReads } from './slow-reads';

/** The WebSocket side of the service. */
export interface SocketServer {
  /** Open sockets. */
  readonly size: number;
  /** Bytes that wait for all of them. */
  readonly queuedBytes: number;
  /** Closes all with 1012 and the advice, in slices; what upgrades from now on is closed the same way. */
  drain(advice: CloseAdvice): Promise<void>;
  /** Drops what is still open. */
  terminate(): void;
}

/**
 * Serves the upgrades of `server`. Only a refused Origin gets an HTTP answer (403), and an address that is no endpoint
 * (404): everything else is accepted and then refused by close code, so that a browser can read why.
 */
export function serveSockets(
  server: Server,
  config: ServiceConfig,
  context: SessionContext,
  clientAddress: ClientAddress,
  placeReader?: PlaceReader,
): SocketServer {
  const { limits, allowedOrigins, allowQueryToken } = config;
  const sockets = new Set<ServiceSocket>();
  let draining: string | undefined;
  // The types of `ws` do not know closeTimeout yet.
  const options: ServerOptions<typeof ServiceSocket> & { readonly closeTimeout: number } = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    autoPong: false,
    maxPayload: limits.maxFrameBytes,
    maxFragments: limits.maxFragments,
    WebSocket: ServiceSocket,
    closeTimeout: limits.closeTimeoutMs,
    handleProtocols: (offered, { url }) =>
      offered.has(SUBPROTOCOL) && endpointOf(url)?.projectId === undefined ? SUBPROTOCOL : false,
  };
  const acceptor = new WebSocketServer(options);
  acceptor.on('wsClientError', (error, socket, request) =>
    socket.end(rawProblemAnswer(handshakeProblem(error, request))),
  );

  // One for all sockets: what a function of each socket closes over is kept as long as the socket, the request included.
  const logFailure = (error: Error): void => context.log.debug({ err: error }, 'a socket failed');
  function forget(this: WebSocket, code: number): void {
    if (!(this instanceof ServiceSocket)) return;
    sockets.delete(this);
    context.metrics.closes.add(closeWordOf(this.closedWith ?? code));
  }
  const rules: GateRules = {
    rate: limits.framesPerConnection,
    now: context.clock.now,
    slowReads: new SlowReads(context.clock.after),
    refuse(socket, retryAfterMs) {
      context.metrics.limitRefusals.add('frames-per-connection');
      socket.close(CloseCode.tooMany, encodeCloseAdvice({ retryAfterMs }));
    },
  };

  const patience: Patience = { after: context.clock.after, waitMs: context.traffic.faultFrom };

  const inTurns = createTurns(UPGRADES_A_TURN);
  const serve = (socket: ServiceSocket, request: IncomingMessage, endpoint: Endpoint, isPlaced: boolean): void => {
    const { claimedUserIds, query } = endpoint;
    sockets.add(socket);
    const address = clientAddress(request);
    socket.carry(request.socket, address, patience);
    FrameGate.put(socket, request.socket, rules);
    socket.on('close', forget);
    answerPings(socket);
    socket.on('error', logFailure);
    if (draining !== undefined) {
      socket.close(CloseCode.restarting, draining);
      return;
    }
    const leave = context.traffic.connectFrom(address);
    if (typeof leave === 'object') {
      socket.close(CloseCode.tooMany, encodeCloseAdvice(leave));
      return;
    }
    if (!isPlaced) {
      socket.on('close', leave);
      socket.close(CloseCode.overloaded, encodeCloseAdvice(NO_PLACE));
      return;
    }
    const token = requestTokenOf(request.headers, query, allowQueryToken);
    const isNative = socket.protocol === SUBPROTOCOL;
    const peer = new Outbound(socket, request.socket, context);
    const choice = chooseDialect(endpoint);
    if (!isNative && 'cure' in choice) {
      socket.on('close', leave);
      refuseDialect(peer, choice.cure);
      return;
    }
    const start = isNative ? startNativeSession : startSession;
    const sessionId = randomUUID();
    context.log.debug({ sessionId, isNative, ...traceFactsOf(request.headers) }, 'a socket was opened');
    const listener = start(
      peer,
      {
        sessionId,
        claimedUserIds,
        ...(token !== undefined && { token }),
        ...('dialect' in choice && choice.dialect !== undefined && { dialect: choice.dialect }),
        ...(endpoint.projectId !== undefined && { projectId: endpoint.projectId }),
      },
      context,
    );
    listenTo(socket, { listener, peer, address, leave }, context);
  };

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!asksForWebSocket(request)) return ignoreUpgrade(server, request, socket, head);
    socket.on('error', destroyFailed);
    const { origin } = request.headers;
    if (origin !== undefined && !allowedOrigins.includes(origin)) {
      context.log.info({ origin }, 'an upgrade from a foreign origin was refused');
      socket.end(rawProblemAnswer(new Problem(403, 'This origin is not among the ALLOWED_ORIGINS.')));
      return;
    }
    const endpoint = endpointOf(request.url);
    if (endpoint === undefined) {
      socket.end(
        rawProblemAnswer(
          new Problem(404, 'Sockets are served at /ws, /ws/<userId> and /api/v1/projects/<projectId>/ws.'),
        ),
      );
      return;
    }
    // The handshake reads one protocol only.
    request.headers.upgrade = 'websocket';
    const accept = (isPlaced = true): void =>
      inTurns(() =>
        acceptor.handleUpgrade(request, socket, head, (accepted) => serve(accepted, request, endpoint, isPlaced)),
      );
    const token = requestTokenOf(request.headers, endpoint.query, allowQueryToken);
    if (placeReader === undefined || token === undefined || asksForNative(request, endpoint)) accept();
    else {
      void placeReader({ endpoint, token }).then((leave) => {
        if (leave !== undefined && socket.destroyed) leave();
        else {
          if (leave !== undefined) socket.once('close', leave);
          accept(leave !== undefined);
        }
      });
    }
  });

  return {
    get size() {
      return sockets.size;
    },
    get queuedBytes() {
      let bytes = 0;
      for (const socket of sockets) bytes += socket.bufferedAmount;
      return bytes;
    },
    async drain(advice) {
      draining = encodeCloseAdvice(advice);
      await closeInSlices([...sockets], draining);
    },
    terminate() {
      for (const socket of sockets) socket.terminate();
    },
  };
}

/** A crowd that comes at once is let in so many at a time; others are heard in between. */
const UPGRADES_A_TURN = 8;

/** When a reader should be back that can't be served at the moment. */
const NO_PLACE: CloseAdvice = { retryAfterMs: 1_000, spreadMs: 4_000 };

function asksForNative({ headers }: IncomingMessage, { projectId }: Endpoint): boolean {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((word) => word.trim());
  return projectId === undefined && offered.includes(SUBPROTOCOL);
}

/** One for all connections: see `logFailure`. */
function destroyFailed(this: Duplex): void {
  this.destroy();
}

const SLICE_SOCKETS = 200;

async function closeInSlices(sockets: readonly WebSocket[], reason: string): Promise<void> {
  for (let start = 0; start < sockets.length; start += SLICE_SOCKETS) {
    for (const socket of sockets.slice(start, start + SLICE_SOCKETS)) socket.close(CloseCode.restarting, reason);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
