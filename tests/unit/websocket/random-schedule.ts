import { type ChannelUpdate, CloseCode, encodeCloseAdvice } from '@/lib/protocol';
import {
  CALM,
  ChannelLogServer,
  createSeededRandom,
  ManualClock,
  SimulatedMachine,
  SimulatedNetwork,
} from '@/lib/testing';
import { type NativeOptions, WebSocketSyncClient } from '@/lib/websocket';
import { settle } from './native-client';

const CHANNELS = ['user:u1', 'project:p1'];
const CLOSE_CODES = [1000, 1001, 1006, 1011, 1012, 1013, 4408, 4410, 4429];

/** The tasks that a client knows, built from nothing but its channel news. */
class NaiveReplica {
  readonly channels = new Map<string, Map<string, string>>();
  /** Events that were told again, or after a later one. */
  misplaced = 0;
  readonly #seqs = new Map<string, number>();

  apply(update: ChannelUpdate): void {
    if (update.type === 'epoch') {
      this.channels.clear();
      this.#seqs.clear();
    }
    if (update.type === 'snapshot') {
      this.#seqs.set(update.channel, update.position.seq);
      this.channels.set(update.channel, new Map(update.tasks.map((task) => [String(task.id), task.title])));
    }
    if (update.type !== 'events') return;
    const tasks = this.channels.get(update.channel) ?? new Map<string, string>();
    this.channels.set(update.channel, tasks);
    for (const event of update.events) {
      if (event.seq !== (this.#seqs.get(update.channel) ?? 0) + 1) this.misplaced += 1;
      this.#seqs.set(update.channel, event.seq);
      if (event.type === 'access_removed') {
        if ('taskId' in event.target) tasks.delete(String(event.target.taskId));
      } else if (event.event === 'task.deleted') tasks.delete(String(event.taskId));
      else if ('title' in event.task) tasks.set(String(event.taskId), event.task.title);
    }
  }
}

/** How one random schedule ended. */
export interface ScheduleResult {
  readonly state: string;
  readonly mostLive: number;
  readonly wasRefused: boolean;
  readonly client: unknown;
  readonly server: unknown;
  /** Events that were told twice, out of order or after one that was left out. */
  readonly misplaced: number;
  readonly timersAfterDispose: number;
  readonly wakersAfterDispose: number;
  readonly log: readonly string[];
}

/** Plays faults drawn from a seed against a client for some minutes, then 60 healthy seconds, then disposes it. */
export async function playSchedule(seed: number, steps = 25): Promise<ScheduleResult> {
  const random = createSeededRandom(seed);
  const chance = (share: number) => random() < share;
  const pick = <V>(values: readonly V[]): V => values[Math.floor(random() * values.length)] as V;

  const clock = new ManualClock();
  const machine = new SimulatedMachine(clock, chance(0.5));
  const server = new ChannelLogServer(clock, {
    tokenLifeMs: chance(0.5) ? 3_600_000 : 40_000,
    skewMs: (random() - 0.5) * 86_400_000,
    maxEvents: chance(0.5) ? 1_000 : 5,
  });
  const network = new SimulatedNetwork(clock, random, machine, server);
  network.faults = { drop: 0.1, duplicate: 0.1, reorder: 0.1, minDelayMs: 5, maxDelayMs: chance(0.2) ? 3_000 : 200 };

  const log: string[] = [];
  const hanging: (() => void)[] = [];
  let good = 1;
  let isHealthy = false;
  const getToken: NativeOptions['getToken'] = () => {
    if (!isHealthy && chance(0.1)) return Promise.reject(new Error('the token endpoint is down'));
    if (!isHealthy && chance(0.05)) return new Promise((resolve) => hanging.push(() => resolve(`token ${good}`)));
    return Promise.resolve(!isHealthy && chance(0.03) ? '' : `token ${good}`);
  };
  server.isGoodToken = (token) => token === `token ${good}`;

  const replica = new NaiveReplica();
  const client = new WebSocketSyncClient('ws://server/ws', 'u1', {
    wire: 'native',
    getToken,
    channels: CHANNELS,
    maxRetries: Number.POSITIVE_INFINITY,
    environment: network.environment(),
    // Half of the clients gather what one turn of theirs brings, however long it takes.
    ...(seed % 2 === 1 && { scheduleTurn: (callback) => void clock.setTimer(seed % 40, callback) }),
  });
  client.addChannelListener((update) => replica.apply(update));
  let heard = 0;
  client.addChannelListener(({ type }) => {
    heard += type === 'events' ? 1 : 0;
    if (isHealthy || type !== 'events' || seed % 4 < 2) return;
    if (heard % 5 === 0) throw new Error('a listener failed');
    if (heard % 7 !== 0) return;
    client.disconnect();
    client.connect();
  });

  const run = async (ms: number) => {
    const end = clock.now() + ms;
    await settle();
    for (let at = clock.nextAt; at !== undefined && at <= end; at = clock.nextAt) {
      clock.advance(at - clock.now());
      await settle();
    }
    clock.advance(end - clock.now());
  };

  const actions: Record<string, () => void> = {
    drop: () => network.dropAll(),
    'half-open': () => network.cutAll(),
    sleep: () => {
      machine.sleep();
      if (chance(0.5)) network.cutAll();
    },
    wake: () => {
      machine.wake();
      if (chance(0.5)) machine.hint();
    },
    hide: () => machine.throttle(true),
    show: () => {
      machine.throttle(false);
      machine.hint();
    },
    offline: () => {
      network.isOnline = false;
      if (chance(0.7)) network.cutAll();
    },
    online: () => {
      network.isOnline = true;
      machine.hint();
    },
    'token expiry': () => {
      good++;
      if (chance(0.5)) server.closeAll(CloseCode.unauthorized);
    },
    'server restart': () => {
      if (chance(0.5)) server.drain(random() * 3_000, random() * 3_000);
      else server.closeAll(1006);
      network.isServerUp = false;
      if (chance(0.2)) server.newEpoch();
      clock.setTimer(random() * 20_000, () => {
        network.isServerUp = true;
      });
    },
    close: () =>
      server.closeAll(pick(CLOSE_CODES), encodeCloseAdvice({ retryAfterMs: random() * 2_000, spreadMs: 500 })),
    connect: () => client.connect(),
    disconnect: () => client.disconnect(),
    'late token': () => hanging.shift()?.(),
  };
  const names = Object.keys(actions);
  const change = () => {
    const id = `t${Math.floor(random() * 8)}`;
    const channel = pick(CHANNELS);
    const what = random();
    server.publish(channel, (one) =>
      what < 0.7 ? one.put(id, `${log.length} ${random()}`) : what < 0.9 ? one.delete(id) : one.revoke(id),
    );
  };

  client.connect();
  for (let step = 0; step < steps; step++) {
    const name = pick(names);
    log.push(`${Math.round(clock.now())} ${name}`);
    actions[name]?.();
    const wait = chance(0.3) ? random() * 100 : random() * 40_000;
    for (let part = 0; part < 4; part++) {
      await run(wait / 4);
      if (chance(0.7)) change();
    }
  }

  isHealthy = true;
  network.faults = CALM;
  network.isOnline = true;
  network.isServerUp = true;
  machine.wake();
  machine.throttle(false);
  if (['idle', 'closed'].includes(client.connection.state)) client.connect();
  await run(60_000);
  const { connection } = client;
  const known = (tasks: Iterable<readonly [string, string]> | undefined) => [...(tasks ?? [])].sort();
  const result = {
    state: connection.state,
    mostLive: network.mostLive,
    wasRefused: connection.state === 'failed' && connection.reason === 'needs-auth',
    client: CHANNELS.map((channel) => known(replica.channels.get(channel))),
    server: CHANNELS.map((channel) => known([...server.log(channel).tasks].map(([id, { title }]) => [id, title]))),
    misplaced: replica.misplaced,
    log,
  };
  client.dispose();
  return { ...result, timersAfterDispose: machine.pending, wakersAfterDispose: machine.wakers };
}
