import type { Environment } from './environment';
import { DEFAULT_LIMITS as D, type Limits } from './limits';
import { readCount, readRate } from './rate';

/** Reads the limits that an operator may move; the others are as {@link DEFAULT_LIMITS} says. */
export function readLimits(env: Environment, faults: string[]): Limits {
  return {
    ...D,
    maxConnectionsPerUser: readCount(env, 'MAX_CONNECTIONS_PER_USER', D.maxConnectionsPerUser, faults),
    maxConnectionsPerAddress: readCount(env, 'MAX_CONNECTIONS_PER_ADDRESS', D.maxConnectionsPerAddress, faults),
    maxSocketsPerAddress: readCount(env, 'MAX_SOCKETS_PER_ADDRESS', D.maxSocketsPerAddress, faults),
    maxChannelsPerConnection: readCount(env, 'MAX_CHANNELS_PER_CONNECTION', D.maxChannelsPerConnection, faults),
    maxQueuedBytes: readCount(env, 'MAX_QUEUED_BYTES', D.maxQueuedBytes, faults),
    framesPerConnection: readRate(env, 'FRAMES_PER_CONNECTION', D.framesPerConnection, faults),
    connectsPerUser: readRate(env, 'CONNECTS_PER_USER', D.connectsPerUser, faults),
    connectsPerAddress: readRate(env, 'CONNECTS_PER_ADDRESS', D.connectsPerAddress, faults),
    messagesPerUser: readRate(env, 'MESSAGES_PER_USER', D.messagesPerUser, faults),
    messagesPerAddress: readRate(env, 'MESSAGES_PER_ADDRESS', D.messagesPerAddress, faults),
    faultsPerAddress: readRate(env, 'FAULTS_PER_ADDRESS', D.faultsPerAddress, faults),
    requestsPerUser: readRate(env, 'REQUESTS_PER_USER', D.requestsPerUser, faults),
    requestsPerAddress: readRate(env, 'REQUESTS_PER_ADDRESS', D.requestsPerAddress, faults),
  };
}
