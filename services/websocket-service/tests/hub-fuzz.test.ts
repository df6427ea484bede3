import { describe, expect, it } from 'vitest';
import { createHub } from '@/hub/hub';
import type { Channel } from '@/lib/protocol';
import { createSeededRandom } from '@/lib/testing/seeded-random';
import { nativeFrames } from '@/messages/event-frames';
import { liveReader } from '@/messages/live-reader';
import { syncServiceFrames, taskUpdateFrames } from '@/messages/plain-frames';
import type { LoggedEvent } from '@/ports/event-log';
import { skipOf } from '@/ports/withdrawn-events';
import { createRecoveryQueue } from '@/session/recovery-queue';
import { Subscription } from '@/session/subscription';
import { watchRemovedChannels } from '@/session/watch-removed-channels';
import { createFakePeer, type FakePeer } from './support/fake-peer';
import { accessRemoved, loggedEvent, storedTask } from './support/session-bench';

const CHANNELS = ['user:ada', 'project:p'] as const satisfies readonly Channel[];
const INBOX = CHANNELS[0];
const PROJECT = CHANNELS[1];

/** Titles say where an event stands and of which task it is, so that a frame of any dialect tells what its reader learns. */
const titleOf = (channel: Channel, seq: number): string => `${channel}#${seq};`;
const SEEN = /(user:ada|project:p)#(\d+);/g;

/** A log with two channels, a hub that delivers when the turn ends, and readers of several kinds. */
function createWorld(random: () => number) {
  const below = (count: number): number => Math.floor(random() * count);
  const logs = new Map<Channel, LoggedEvent[]>(CHANNELS.map((channel) => [channel, []]));
  /** What can be read: a read that finds a commit is answered after that was announced here. */
  const heads = new Map<Channel, number>();
  const headOf = (channel: Channel): number => heads.get(channel) ?? 0;
  const ends: (() => void)[] = [];
  const hub = createHub({ defer: (run) => void ends.push(run) });
  const faults: unknown[] = [];
  let waiting: LoggedEvent[] = [];
  /** What nobody may be told any more, once the turn that says so has ended. */
  const secret = new Set<string>();
  /** Who was a member may know the project up to here. */
  let closedAt = Number.POSITIVE_INFINITY;

  const commit = (channel: Channel): void => {
    const log = logs.get(channel) ?? [];
    const seq = log.length + 1;
    const taskId = `t${below(3)}`;
    if (random() < 0.12) {
      waiting.push(accessRemoved(channel, seq, { taskId }));
      // As the storage does it: what was said of the task is not read any more.
      for (const [index, old] of log.entries()) if (old.taskId === taskId) log[index] = skipOf(old);
    } else
      waiting.push(
        loggedEvent(storedTask(taskId, 'ada', { title: titleOf(channel, seq), version: seq }), seq, { channel }),
      );
    log.push(waiting.at(-1) as LoggedEvent);
  };

  const endTurn = (mayLose = true): void => {
    const told = waiting;
    waiting = [];
    for (const [channel, log] of logs) heads.set(channel, log.length);
    // An announcement may get lost, but not the end of access: what comes next shows the gap, or a look at the heads, which
    // has to come at once where something was withdrawn.
    const isLost =
      mayLose && random() < 0.1 && !told.some(({ type, taskId }) => type === 'access_removed' && taskId === undefined);
    const isWithdrawn = told.some(({ type }) => type === 'access_removed');
    if (!isLost) hub.announce(told);
    else if (isWithdrawn || random() < 0.5) {
      for (const channel of CHANNELS) hub.notice(channel, logs.get(channel)?.length ?? 0);
    }
    for (const end of ends.splice(0)) end();
    for (const [channel, log] of logs) {
      for (const { seq, type } of log) if (type === 'skip') secret.add(titleOf(channel, seq));
    }
  };

  const reader = {
    open: async (channel: Channel) => {
      return {
        recovered: true,
        position: { epoch: 'e', seq: headOf(channel) },
        replayed: 0,
        release: () => {},
      } as const;
    },
    read: async (channel: Channel, after: number, limit: number) => {
      for (let turn = below(4); turn > 0; turn -= 1) await Promise.resolve();
      return (logs.get(channel) ?? []).slice(after, Math.min(after + limit, after + 1 + below(40), headOf(channel)));
    },
  };

  return {
    hub,
    logs,
    headOf,
    secret,
    faults,
    commit,
    endTurn,
    isProjectOpen: () => closedAt === Number.POSITIVE_INFINITY,
    isHidden: (channel: string, seq: number) => channel === PROJECT && seq > closedAt,
    /** Takes the member out: the inbox says so in a turn in which the project goes on. */
    closeProject() {
      const log = logs.get(INBOX) ?? [];
      if (closedAt < Number.POSITIVE_INFINITY) return;
      commit(PROJECT);
      closedAt = logs.get(PROJECT)?.length ?? 0;
      const removal = accessRemoved(INBOX, log.length + 1, { channel: PROJECT });
      log.push(removal);
      waiting.push(removal);
      commit(PROJECT);
    },
    read(peer: FakePeer, channel: Channel, encode: typeof nativeFrames, seq: number) {
      const queue = createRecoveryQueue((error) => faults.push(error));
      const subscription = new Subscription(
        channel,
        { epoch: 'e', seq },
        {
          epoch: 'e',
          reader,
          outbound: peer,
          encode,
          encodeOpening: () => [],
          onBehind: queue.add,
        },
      );
      const leave = hub.subscribe(channel, subscription);
      queue.add(subscription);
      return () => {
        subscription.end();
        leave();
      };
    },
  };
}

describe('the hub, whatever happens', () => {
  it('[SV19, SV63, SV66, SV109, SV144, SV157] tells each reader all that it may see, in order, and nothing else', async () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = createSeededRandom(seed);
      const world = createWorld(random);
      const below = (count: number): number => Math.floor(random() * count);
      const settle = async (): Promise<void> => {
        for (let turn = below(12); turn > 0; turn -= 1) await Promise.resolve();
      };
      const sockets: {
        peer: FakePeer;
        start: number;
        leaves: Map<Channel, () => void>;
        left: Map<Channel, number>;
        isNative: boolean;
        dead?: number;
      }[] = [];
      const connect = (): void => {
        const peer = createFakePeer();
        const kind = below(3);
        const socket: (typeof sockets)[number] = {
          peer,
          start: 0,
          leaves: new Map(),
          left: new Map(),
          isNative: kind === 0,
        };
        sockets.push(socket);
        const start = world.headOf;
        for (const channel of kind === 0 ? CHANNELS : [INBOX]) {
          if (channel === PROJECT && !world.isProjectOpen()) continue;
          socket.start = start(channel);
          if (kind === 2) {
            const receive = (batch: Parameters<Parameters<typeof liveReader>[0]>[0]): void => {
              for (const frame of batch.framesBy(taskUpdateFrames)) peer.push(frame);
            };
            const gone = (): void => peer.close(1012, '');
            socket.leaves.set(
              channel,
              world.hub.subscribe(
                channel,
                liveReader(receive, gone, (error) => world.faults.push(error)),
              ),
            );
          } else
            socket.leaves.set(
              channel,
              world.read(peer, channel, kind === 0 ? nativeFrames : syncServiceFrames, start(channel)),
            );
        }
        const leave = (channel: Channel): void => {
          socket.leaves.get(channel)?.();
          if (!socket.left.has(channel)) socket.left.set(channel, peer.frames.length);
        };
        watchRemovedChannels('ada', world.hub.subscribe, leave);
      };

      /** How much of each socket was looked at before the present step. */
      const looked = new Map<FakePeer, number>();
      for (let step = 0; step < 120; step += 1) {
        const what = random();
        const socket = sockets[below(sockets.length)];
        if (what < 0.35) world.commit(CHANNELS[below(2)] ?? INBOX);
        else if (what < 0.6) world.endTurn();
        else if (what < 0.7) connect();
        else if (what < 0.73) world.closeProject();
        else if (socket === undefined) continue;
        else if (what < 0.78) socket.peer.holdsBack = !socket.peer.holdsBack;
        else if (what < 0.81) {
          const channel = CHANNELS[below(2)] ?? INBOX;
          socket.leaves.get(channel)?.();
          if (!socket.left.has(channel)) socket.left.set(channel, socket.peer.frames.length);
        } else if (what < 0.9) socket.peer.drainOne();
        else await settle();
        for (const { peer, left, leaves } of sockets) {
          const fresh = peer.frames.slice(looked.get(peer) ?? 0);
          looked.set(peer, peer.frames.length);
          for (const [title = '', channel = '', seq] of fresh.join().matchAll(SEEN)) {
            expect(world.secret.has(title), `seed ${seed}: ${title} was withdrawn`).toBe(false);
            expect(world.isHidden(channel, Number(seq)), `seed ${seed}: ${title} after the end of access`).toBe(false);
            expect(leaves.has(channel as Channel), `seed ${seed}: ${title} of a channel that is not read`).toBe(true);
          }
          for (const [channel, at] of left) {
            expect(peer.frames.slice(at).join(), `seed ${seed}: after it left`).not.toContain(`${channel}#`);
          }
        }
      }

      for (const { peer } of sockets) peer.holdsBack = false;
      for (let round = 0; round < 3; round += 1) {
        world.commit(INBOX);
        world.endTurn(false);
        for (let turn = 0; turn < 400; turn += 1) {
          for (const { peer } of sockets) peer.drainOne();
          await Promise.resolve();
        }
      }
      const head = world.logs.get(INBOX)?.length ?? 0;
      for (const { peer, isNative, left } of sockets) {
        for (const channel of CHANNELS) {
          const seqs = [...peer.frames.join().matchAll(SEEN)]
            .filter(([, of]) => of === channel)
            .map(([, , seq]) => Number(seq));
          expect(seqs, `seed ${seed}: in order, none twice`).toEqual([...new Set(seqs)].sort((a, b) => a - b));
        }
        if (!isNative) continue;
        const places = peer.messages
          .flatMap((message) => (message.type === 'batch' ? (message.events as Record<string, unknown>[]) : [message]))
          .filter(({ channel }) => channel === INBOX)
          .map(({ seq }) => Number(seq));
        for (const [index, seq] of places.entries())
          if (index > 0) expect(seq, `seed ${seed}`).toBe((places[index - 1] ?? 0) + 1);
        if (!left.has(INBOX)) expect(places.at(-1), `seed ${seed}: to the head`).toBe(head);
      }
      expect(world.faults, `seed ${seed}`).toEqual([]);
    }
  });
});
