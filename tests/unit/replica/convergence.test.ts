import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Mutation, type MutationAnswer, type Task, taskKey } from '@/lib/protocol';
import {
  acknowledge,
  applyEvent,
  applyLocal,
  applySnapshot,
  beginSnapshot,
  conflict,
  createPatch,
  createReplica,
  gone,
  markSent,
  markUnsent,
  reject,
  viewAll,
  waitingCount,
} from '@/lib/replica';
import { task } from './fixtures';
import { ModelServer } from './model-server';

/** A client over the replica, every step of its traffic under the test's control. */
class ModelClient {
  readonly replica = createReplica();
  /** Own changes that nobody may lose, until they are acknowledged, refused or receipted. */
  readonly open = new Set<string>();
  seq = 0;
  #next = 0;
  #snapshotSeq = 0;
  readonly flights = new Map<string, { mutation: Mutation; answer: MutationAnswer | 'lost' }>();

  constructor(readonly server: ModelServer) {}

  change(kind: 'create' | 'update' | 'delete', id: string, changes: Partial<Task>): void {
    const mutationId = `m${++this.#next}`;
    const shown = viewAll(this.replica).some((view) => taskKey(view.id) === id);
    if (kind === 'create') {
      const taskId = `new${this.#next}`;
      this.#submit({ kind, id: mutationId, taskId, task: { title: 'New' }, draft: task(taskId, 0, { title: 'New' }) });
    } else if (shown) {
      this.#submit(
        kind === 'update' ? { kind, id: mutationId, taskId: id, changes } : { kind, id: mutationId, taskId: id },
      );
    }
  }

  #submit(mutation: Mutation): void {
    this.open.add(mutation.id);
    this.#run((patch) => applyLocal(this.replica, mutation, patch));
  }

  #run(change: (patch: ReturnType<typeof createPatch>) => void): void {
    const patch = createPatch();
    change(patch);
    for (const id of patch.settled) this.open.delete(id);
  }

  /** Sends the head of every lane; the server answers at once, the answer travels. */
  send(lose: boolean): void {
    for (const [key, lane] of [...this.replica.pending]) {
      const head = lane[0];
      if (head === undefined || this.flights.has(key)) continue;
      const mutation = markSent(this.replica, head.mutation.id);
      if (mutation === undefined) continue;
      const answer = this.server.answer(mutation);
      this.flights.set(key, { mutation, answer: lose ? 'lost' : answer });
    }
  }

  /** One answer arrives, or is known to be lost. */
  land(index: number): void {
    const keys = [...this.flights.keys()];
    const key = keys[index % Math.max(1, keys.length)];
    const flight = key === undefined ? undefined : this.flights.get(key);
    if (key === undefined || flight === undefined) return;
    this.flights.delete(key);
    const { mutation, answer } = flight;
    this.#run((patch) => {
      if (answer === 'lost') markUnsent(this.replica, mutation.id);
      else if (answer.outcome === 'done') acknowledge(this.replica, mutation.id, answer.task, 0, patch);
      else if (answer.outcome === 'conflict') conflict(this.replica, mutation.id, answer.current, patch);
      else if (answer.outcome === 'gone') gone(this.replica, mutation.id, 0, patch);
      else if (answer.outcome === 'rejected') reject(this.replica, mutation.id, patch);
    });
  }

  /** The next event of the channel arrives. */
  hear(): void {
    const next = this.server.log[this.seq];
    if (next === undefined) return;
    this.seq += 1;
    this.#run((patch) => applyEvent(this.replica, next, 0, patch));
  }

  /** An event that came since the last snapshot arrives once more. */
  repeat(index: number): void {
    const count = this.seq - this.#snapshotSeq;
    const late = count > 0 ? this.server.log[this.#snapshotSeq + (index % count)] : undefined;
    if (late !== undefined) this.#run((patch) => applyEvent(this.replica, late, 0, patch));
  }

  snapshot(): void {
    beginSnapshot(this.replica, 'user:u1');
    this.seq = this.server.log.length;
    this.#snapshotSeq = this.seq;
    this.#run((patch) => applySnapshot(this.replica, 'user:u1', [...this.server.tasks.values()], patch));
  }

  settle(): void {
    for (let round = 0; round < 500; round++) {
      while (this.seq < this.server.log.length) this.hear();
      if (waitingCount(this.replica) === 0 && this.flights.size === 0) return;
      this.send(false);
      while (this.flights.size > 0) this.land(0);
    }
  }
}

const id = fc.constantFrom('a', 'b');
const changes = fc.constantFrom<Partial<Task>>(
  { title: 'x' },
  { title: 'y' },
  { completed: true, status: 'completed' },
  { completed: false, status: 'pending' },
  { priority: 'high' },
);
const step = fc.oneof(
  fc.record({
    do: fc.constant('local' as const),
    kind: fc.constantFrom('create', 'update', 'update', 'delete'),
    id,
    changes,
  }),
  fc.record({ do: fc.constant('remote' as const), id, changes: fc.oneof(changes, fc.constant('delete' as const)) }),
  fc.record({ do: fc.constant('send' as const), lose: fc.boolean() }),
  fc.record({ do: fc.constant('land' as const), index: fc.nat(5) }),
  fc.record({ do: fc.constant('hear' as const) }),
  fc.record({ do: fc.constant('repeat' as const), index: fc.nat(20) }),
  fc.record({ do: fc.constant('snapshot' as const) }),
);

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Schedules that once ended with a wrong view. */
const FOUND: readonly Step[][] = [
  // The answer to a lost first attempt, got by repeating it, brought a task back that a snapshot had shown to be gone.
  [
    { do: 'local', kind: 'update', id: 'a', changes: { title: 'x' } },
    { do: 'send', lose: true },
    { do: 'remote', id: 'a', changes: 'delete' },
    { do: 'snapshot' },
  ],
  // So did a refusal with the task of before the snapshot.
  [
    { do: 'local', kind: 'update', id: 'a', changes: { title: 'x' } },
    { do: 'remote', id: 'a', changes: { title: 'x' } },
    { do: 'send', lose: false },
    { do: 'remote', id: 'a', changes: 'delete' },
    { do: 'snapshot' },
  ],
  // "It is gone" removed a task that had come back since.
  [
    { do: 'local', kind: 'delete', id: 'b', changes: {} },
    { do: 'remote', id: 'b', changes: 'delete' },
    { do: 'send', lose: false },
    { do: 'remote', id: 'b', changes: { title: 'x' } },
    { do: 'snapshot' },
  ],
  [
    { do: 'local', kind: 'update', id: 'a', changes: { title: 'x' } },
    { do: 'remote', id: 'a', changes: 'delete' },
    { do: 'send', lose: false },
    { do: 'remote', id: 'a', changes: { title: 'x' } },
    { do: 'snapshot' },
  ],
];

describe('convergence', () => {
  it('[RP15] after any interleaving the view equals the server and no own change is gone silently', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const server = new ModelServer();
        server.remote('a', { title: 'A' });
        server.remote('b', { title: 'B' });
        const client = new ModelClient(server);
        client.snapshot();
        for (const each of steps) {
          if (each.do === 'local') client.change(each.kind, each.id, each.changes);
          else if (each.do === 'remote') server.remote(each.id, each.changes);
          else if (each.do === 'send') client.send(each.lose);
          else if (each.do === 'land') client.land(each.index);
          else if (each.do === 'hear') client.hear();
          else if (each.do === 'repeat') client.repeat(each.index);
          else client.snapshot();
          expect(new Set(viewAll(client.replica).map((view) => taskKey(view.id))).size).toBe(
            viewAll(client.replica).length,
          );
        }
        while (client.flights.size > 0) client.land(0);
        client.settle();
        const sorted = (tasks: Iterable<Task>) => [...tasks].sort((x, y) => (String(x.id) < String(y.id) ? -1 : 1));
        expect(sorted(viewAll(client.replica))).toEqual(sorted(server.tasks.values()));
        expect(waitingCount(client.replica)).toBe(0);
        expect([...client.open]).toEqual([]);
      }),
      { numRuns: Number(process.env.CONVERGENCE_RUNS ?? 2_000), examples: FOUND.map((steps) => [steps]) },
    );
  });
});
