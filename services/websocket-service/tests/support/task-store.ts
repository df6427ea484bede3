import { onTestFinished } from 'vitest';
import { openPostgres } from '@/adapters/postgres/open-postgres';
import { openSqlite } from '@/adapters/sqlite/open-sqlite';
import { DEFAULT_LIMITS } from '@/config/limits';
import { createHub } from '@/hub/hub';
import type { Channel, Position } from '@/lib/protocol';
import { nativeFrames } from '@/messages/event-frames';
import { openingFrames } from '@/messages/opening-frames';
import { systemClock } from '@/ports/clock';
import type { LogDatabase } from '@/ports/log-database';
import { silentLogger } from '@/ports/logger';
import { createRecoveryQueue } from '@/session/recovery-queue';
import { Subscription } from '@/session/subscription';
import { createStorage } from '@/storage/create-storage';
import { storageLimitsOf } from '@/storage/open-storage';
import { createChannelReader } from '@/tasks/channel-reader';
import type { ProjectCommand } from '@/tasks/project-writer';
import type { TaskCommand } from '@/tasks/task-command';
import type { FakePeer } from './fake-peer';
import { createManualClock } from './manual-clock';
import { createDatabase } from './postgres';
import { createTempDir } from './temp-dir';

/** The databases that tests of data run on. */
export const TASK_DATABASES: readonly { readonly name: string; readonly open: () => Promise<LogDatabase> }[] = [
  { name: 'embedded SQLite', open: async () => openSqlite(createTempDir()) },
  { name: 'PostgreSQL', open: async () => openPostgres(await createDatabase(), systemClock, silentLogger) },
];

/** Storage and fan-out of one service, without its network. */
export function createTaskStore(database: LogDatabase = openSqlite(createTempDir())) {
  const clock = createManualClock();
  const limits = storageLimitsOf({ limits: DEFAULT_LIMITS });
  const storage = createStorage(database, { clock, limits, log: silentLogger, onWritten: () => {} });
  onTestFinished(storage.close);
  const hub = createHub({ defer: (run) => run() });
  storage.onCommitted(hub.announce);
  const channelReader = createChannelReader(storage, 1024 * 1024);
  return {
    db: database.db,
    clock,
    storage,
    write: (userId: string, command: TaskCommand) => storage.write({ command, actor: { id: userId } }),
    writeProject: (userId: string, command: ProjectCommand) => storage.writeProject({ command, actor: { id: userId } }),
    /** Subscribes a peer to a channel, as a native session does. @returns ends it. */
    read(channel: Channel, peer: FakePeer, position: Position | undefined) {
      let hasLeft = false;
      const recoveries = createRecoveryQueue((error) => {
        if (!hasLeft) throw error;
      });
      const subscription = new Subscription(channel, position, {
        epoch: storage.epoch,
        reader: channelReader,
        outbound: peer,
        encode: nativeFrames,
        encodeOpening: openingFrames,
        onBehind: recoveries.add,
      });
      const leave = hub.subscribe(channel, subscription);
      recoveries.add(subscription);
      return () => {
        hasLeft = true;
        leave();
        subscription.end();
      };
    },
  };
}
