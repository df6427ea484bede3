import type { Limits } from '@/config/limits';
import type { WebSocketManager } from '@/hub/websocket-manager';
import type { Channel, DialectName } from '@/lib/protocol';
import type { ChannelReader } from '@/ports/channel-reader';
import type { Clock, Undo } from '@/ports/clock';
import type { Authenticate, Identity } from '@/ports/identity';
import type { Logger } from '@/ports/logger';
import type { Metrics } from '@/ports/metrics';
import type { Subscriber } from '@/ports/subscriber';
import type { Traffic } from '@/ports/traffic';
import type { WriteTurn } from '@/ports/write-turn';

/** What a connection brought with its upgrade. */
export interface PeerRequest {
  /** Names the session in logs and in `welcome`. */
  readonly sessionId: string;
  /** The user ids of its address, path and query: claims, which the token has to prove. */
  readonly claimedUserIds: readonly string[];
  /** The token that came with the upgrade, if one came; the native protocol sends it in `hello`. */
  readonly token?: string;
  /** The message format that the address asks for; absent where the client's first frame decides. */
  readonly dialect?: DialectName;
  /** The project of seed 003's address. */
  readonly projectId?: string;
}

/** What sessions work with. */
export interface SessionContext {
  readonly epoch: string;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** What sessions write in one turn leaves together. */
  readonly turn: WriteTurn;
  readonly reader: ChannelReader;
  /** See `Hub.subscribe`. */
  subscribe(channel: Channel, subscriber: Subscriber): Undo;
  /** See `Following.standing`; at once where only this process writes. */
  standing(channel: Channel): Promise<void>;
  readonly authenticate: Authenticate;
  /** Calls `onRevoked` when the identity's token is revoked. */
  watchRevocation(identity: Identity, onRevoked: () => void): Undo;
  /** Are sockets without a token refused? Not with `AUTH=off`, where an address may identify. */
  readonly needsToken: boolean;
  /** May this user read the channel? */
  mayRead(userId: string, channel: Channel): Promise<boolean>;
  /** The channel by which this user hears of a task; `undefined` for one that the user may not see. */
  channelOfTask(userId: string, taskId: string): Promise<Channel | undefined>;
  /** Who is connected in seed 002's form. */
  readonly manager: WebSocketManager;
  /** Counts what users and addresses do. */
  readonly traffic: Traffic;
}
