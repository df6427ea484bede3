import { HELLO_DEADLINE_MS, MAX_CLIENT_FRAME_BYTES } from '@/lib/protocol';
import type { Rate } from './rate';

/** Every bound of the service. All of them are options; load tests raise them explicitly. */
export interface Limits {
  /** Time for a `hello`, milliseconds; then 4408. */
  readonly helloDeadlineMs: number;
  /** Largest client frame, bytes; more closes with 1009. */
  readonly maxFrameBytes: number;
  /** Pieces of one message; more closes with 1009. */
  readonly maxFragments: number;
  /** Frames of one connection, each piece, ping and pong included; more close with 4429. */
  readonly framesPerConnection: Rate;
  /** Bytes that may wait for one reader, those of a running snapshot or replay not counted; more closes with 4410. */
  readonly maxQueuedBytes: number;
  /** Time in which a reader has to take something of what waits for it, milliseconds; then 4410. */
  readonly maxStallMs: number;
  /** Bytes of tasks that the snapshots being sent may hold together; who needs more waits. */
  readonly maxSnapshotBytes: number;
  /** Channels of one connection; the next one is refused with `error` 4429. */
  readonly maxChannelsPerConnection: number;
  /** Connections of one user; the next one is closed with 4429. */
  readonly maxConnectionsPerUser: number;
  /** Connections of one address; the next one is closed with 4429. */
  readonly maxConnectionsPerAddress: number;
  /** Network connections of one address, those that never asked for anything included; the next one is dropped. */
  readonly maxSocketsPerAddress: number;
  /** New connections of one user; more are closed with 4429. */
  readonly connectsPerUser: Rate;
  /** New connections of one address; more are closed with 4429. */
  readonly connectsPerAddress: Rate;
  /** Frames of all connections of one user; more close with 4429. */
  readonly messagesPerUser: Rate;
  /** Frames of all connections of one address; more close with 4429. */
  readonly messagesPerAddress: Rate;
  /** HTTP requests of one user; more are answered 429. */
  readonly requestsPerUser: Rate;
  /** HTTP requests of one address; more are answered 429. */
  readonly requestsPerAddress: Rate;
  /** Sockets of one address that are closed for what they sent, in one go; more are closed later, one after the other. */
  readonly faultsPerAddress: Rate;
  /** How much later at most, milliseconds. */
  readonly maxFaultWaitMs: number;
  /** What a refusal for too many connections advises, milliseconds. */
  readonly tooManyRetryAfterMs: number;
  /** Frames of one connection that may wait for the one being handled; more closes with 4429. */
  readonly maxWaitingFrames: number;
  /** Time for the headers of a request, milliseconds; then it is answered 408. */
  readonly headersTimeoutMs: number;
  /** Largest request body, and largest sum of a task's own fields, bytes; more is answered 413. */
  readonly maxBodyBytes: number;
  /** Largest body of a request to the internal listener, bytes: neighbours send many events at once. */
  readonly maxInternalBodyBytes: number;
  /** Largest body of `POST /api/v1/events`, bytes; more is answered 413. */
  readonly maxPublishBytes: number;
  /** Events in one such body; more is answered 413. */
  readonly maxPublishEvents: number;
  /** How often a partial change of an unknown task is tried before it goes into quarantine. */
  readonly maxPublishAttempts: number;
  /** Users with whom one task is shared; one more is answered 409. */
  readonly maxWatchersPerTask: number;
  /** Members of one project; one more is answered 409. */
  readonly maxMembersPerProject: number;
  /** Deepest nesting of a request body; more is answered 400. */
  readonly maxBodyDepth: number;
  /** Distance of the native protocol's pings, milliseconds. */
  readonly pingIntervalMs: number;
  /** Distance of the plain dialects' pings, milliseconds. */
  readonly plainPingIntervalMs: number;
  /** Distance of seed 003's pings, milliseconds. */
  readonly taskmdPingIntervalMs: number;
  /** Messages that may wait for one reader of seed 003; more closes with 4410. */
  readonly maxTaskmdMessages: number;
  /** Time in which a plain socket that brought no token may send it as `AUTH`, milliseconds; then 4401. */
  readonly authMessageDeadlineMs: number;
  /** How long before a token's end `auth_expiring` is sent, milliseconds. */
  readonly expiryNoticeMs: number;
  /** How long after a token's end the connection lives on, milliseconds; then 4401. */
  readonly expiryGraceMs: number;
  /** How long the refusal of bad credentials waits before it is told, milliseconds. */
  readonly refusalDelayMs: number;
  /** How often a replica looks for what others revoked, milliseconds. */
  readonly revocationPollMs: number;
  /** How long a revocation is remembered, milliseconds: longer than any token lives. */
  readonly revocationMs: number;
  /** Events that a channel's log keeps. */
  readonly maxEventsPerChannel: number;
  /** Age of the oldest event that a channel's log keeps, milliseconds. */
  readonly maxEventAgeMs: number;
  /** Bytes of events that a channel's log keeps. */
  readonly maxEventBytesPerChannel: number;
  /** Bytes of the latest events that are kept in memory for readers who come back. */
  readonly maxRecentBytes: number;
  /** How long the answer to an `Idempotency-Key` is kept, milliseconds. */
  readonly idempotencyMs: number;
  /** How often a replica looks up the heads of the channels that it serves, milliseconds; hints are usually quicker. */
  readonly logPollMs: number;
  /** How long the history of a task is kept, milliseconds; of one task at most 1,000 lines. */
  readonly historyMs: number;
  /** How long the id of a published event is remembered, milliseconds: a second one with it is a duplicate. */
  readonly publishedMs: number;
  /** How long a published event that could not take effect is kept, milliseconds. */
  readonly quarantineMs: number;
  /** How often a replica looks for events that applications left in the shared database, milliseconds. */
  readonly submissionPollMs: number;
  /** Distance of the runs that enforce the four limits above, milliseconds. */
  readonly maintenanceIntervalMs: number;
  /** How long a closed socket's peer has to close too, milliseconds; then it is dropped. */
  readonly closeTimeoutMs: number;
  /** How long a closing service waits for its peers before it drops them, milliseconds. */
  readonly drainMs: number;
}

const SECOND_MS = 1_000;
const DAY_MS = 24 * 60 * 60 * SECOND_MS;

/** The defaults, as docs/PROTOCOL.md promises them. */
export const DEFAULT_LIMITS: Limits = {
  helloDeadlineMs: HELLO_DEADLINE_MS,
  maxFrameBytes: MAX_CLIENT_FRAME_BYTES,
  maxFragments: 512,
  framesPerConnection: { count: 1_000, perMs: SECOND_MS },
  maxQueuedBytes: 1024 * 1024,
  maxStallMs: 30 * SECOND_MS,
  maxSnapshotBytes: 64 * 1024 * 1024,
  maxChannelsPerConnection: 128,
  maxConnectionsPerUser: 20,
  maxConnectionsPerAddress: 1_000,
  maxSocketsPerAddress: 10_000,
  connectsPerUser: { count: 600, perMs: 60 * SECOND_MS },
  connectsPerAddress: { count: 30_000, perMs: 60 * SECOND_MS },
  messagesPerUser: { count: 2_000, perMs: 10 * SECOND_MS },
  messagesPerAddress: { count: 50_000, perMs: 10 * SECOND_MS },
  requestsPerUser: { count: 20_000, perMs: 10 * SECOND_MS },
  requestsPerAddress: { count: 50_000, perMs: 10 * SECOND_MS },
  faultsPerAddress: { count: 16, perMs: 2 * SECOND_MS },
  maxFaultWaitMs: SECOND_MS,
  tooManyRetryAfterMs: 10 * SECOND_MS,
  maxWaitingFrames: 256,
  headersTimeoutMs: 10 * SECOND_MS,
  maxBodyBytes: 16 * 1024,
  maxInternalBodyBytes: 4 * 1024 * 1024,
  maxPublishBytes: 1024 * 1024,
  maxPublishEvents: 1_000,
  maxPublishAttempts: 5,
  maxWatchersPerTask: 100,
  maxMembersPerProject: 1_000,
  maxBodyDepth: 64,
  pingIntervalMs: 25 * SECOND_MS,
  plainPingIntervalMs: 30 * SECOND_MS,
  taskmdPingIntervalMs: 54 * SECOND_MS,
  maxTaskmdMessages: 256,
  authMessageDeadlineMs: 3 * SECOND_MS,
  expiryNoticeMs: 60 * SECOND_MS,
  expiryGraceMs: 25 * SECOND_MS,
  refusalDelayMs: 500,
  revocationPollMs: 500,
  revocationMs: 400 * DAY_MS,
  maxEventsPerChannel: 10_000,
  maxEventAgeMs: 7 * DAY_MS,
  maxEventBytesPerChannel: 64 * 1024 * 1024,
  maxRecentBytes: 32 * 1024 * 1024,
  idempotencyMs: 30 * DAY_MS,
  historyMs: 90 * DAY_MS,
  publishedMs: 30 * DAY_MS,
  quarantineMs: 30 * DAY_MS,
  logPollMs: 500,
  submissionPollMs: 100,
  maintenanceIntervalMs: 60 * SECOND_MS,
  closeTimeoutMs: 10 * SECOND_MS,
  drainMs: 3 * SECOND_MS,
};
