import type { ForeignConnector, Mutation, MutationAnswer, Task, TaskList } from '@/lib/protocol';
import { taskUpdate } from '@/lib/protocol';
import { createSession, type Session } from '@/lib/sync';
import {
  CALM,
  createSeededRandom,
  ManualClock,
  type ServerEnd,
  SimulatedMachine,
  SimulatedNetwork,
} from '@/lib/testing';
import { WebSocketSyncClient } from '@/lib/websocket';
import { settle } from './foreign-bench';

/** Begins where no time is zero. */
const BEGIN = Date.parse('2026-01-01T00:00:00Z');

/**
 * One client, one server without versions, and a network between them that loses, doubles and delays everything, all of it
 * from one seed.
 */
export class ForeignWorld {
  readonly clock = new ManualClock();
  readonly random: () => number;
  readonly tasks = new Map<string, Task>();
  /** How often the server carried out each change, by mutation id. */
  readonly done = new Map<string, number>();
  /** Own new tasks that somebody else has changed: no list can show any more that they were made. */
  readonly disguised = new Set<string>();
  readonly session: Session;
  readonly #ends = new Set<ServerEnd>();
  readonly #machine: SimulatedMachine;
  readonly network: SimulatedNetwork;
  /** Are requests and answers lost, and events not sent? */
  isRough = true;
  isDeaf = false;
  readonly #makers = new Map<string, string>();
  #count = 0;

  constructor(seed: number) {
    this.random = createSeededRandom(seed);
    this.#machine = new SimulatedMachine(this.clock, this.random() < 0.5);
    this.network = new SimulatedNetwork(this.clock, this.random, this.#machine, { accept: (end) => this.#accept(end) });
    const connector: ForeignConnector = {
      name: 'simulated',
      wire: 'plain',
      socketUrl: () => 'ws://server/ws/u1',
      socket: { decode: (value) => taskUpdate.decode(value) },
      trustsUpdatedAt: this.random() < 0.5,
      fetchTasks: () => this.#ask<TaskList>(() => ({ tasks: [...this.tasks.values()], positions: {}, complete: true })),
      mutate: (mutation) => this.#ask(() => this.#carryOut(mutation)),
    };
    const environment = this.network.environment();
    const connection = new WebSocketSyncClient(connector.socketUrl('u1'), 'u1', {
      dialogue: connector.socket,
      environment,
      maxRetries: Number.POSITIVE_INFINITY,
    });
    this.session = createSession({ userId: 'u1', connector, connection, environment });
    connection.connect();
  }

  /** Somebody else changes something. */
  remote(change: 'create' | 'update' | 'delete'): void {
    const some = [...this.tasks.values()][Math.floor(this.random() * this.tasks.size)];
    if (some !== undefined && change !== 'create') this.disguised.add(this.#makers.get(String(some.id)) ?? '');
    if (change === 'create' || some === undefined) this.#put('created', this.#blank(`theirs ${this.#count}`));
    else if (change === 'delete') this.#delete(some);
    else this.#put('updated', { ...some, title: `theirs ${this.#count}`, completed: this.random() < 0.5 });
  }

  /** Lets time pass, a quarter of a second at a time. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 250) {
      this.clock.advance(250);
      await settle();
    }
  }

  /** Something happens to the machine or the network. */
  trouble(kind: 'drop' | 'cut' | 'offline' | 'online' | 'sleep' | 'wake' | 'hint'): void {
    if (kind === 'drop') this.network.dropAll();
    else if (kind === 'cut') this.network.cutAll();
    else if (kind === 'offline') this.network.isOnline = false;
    else if (kind === 'online') this.network.isOnline = true;
    else if (kind === 'sleep') this.#machine.sleep();
    else if (kind === 'wake') this.#machine.wake();
    else this.#machine.hint();
  }

  /** Everything works from now on. */
  calm(): void {
    this.isRough = this.isDeaf = false;
    this.network.faults = CALM;
    this.network.isOnline = true;
    this.#machine.wake();
  }

  #accept(end: ServerEnd): void {
    this.#ends.add(end);
    end.onEnd(() => this.#ends.delete(end));
  }

  /** A request: it may be lost on its way, carried out and lost on its way back, or answered. */
  #ask<A>(answer: () => A): Promise<A> {
    const lost = this.isRough ? this.random() : 1;
    const way = () => 10 + Math.floor(this.random() * (this.isRough ? 3_000 : 200));
    return new Promise((resolve, reject) => {
      const fail = () => this.#machine.dispatch(() => reject(new TypeError('network')));
      this.clock.setTimer(way(), () => {
        if (!this.network.isOnline || lost < 0.1) {
          this.clock.setTimer(way(), fail);
          return;
        }
        const answered = answer();
        this.clock.setTimer(way(), lost < 0.2 ? fail : () => this.#machine.dispatch(() => resolve(answered)));
      });
    });
  }

  #carryOut(mutation: Mutation): MutationAnswer {
    if (this.isRough && this.random() < 0.05) return { outcome: 'rejected', status: 422, reason: 'No.' };
    const known = this.tasks.get(String(mutation.taskId));
    this.done.set(mutation.id, (this.done.get(mutation.id) ?? 0) + 1);
    if (mutation.kind === 'create') {
      const task = this.#put('created', this.#blank(mutation.task.title));
      this.#makers.set(String(task.id), mutation.id);
      return { outcome: 'done', task };
    }
    if (known === undefined) return mutation.kind === 'delete' ? { outcome: 'done' } : { outcome: 'gone' };
    if (mutation.kind === 'update')
      return { outcome: 'done', task: this.#put('updated', { ...known, ...mutation.changes }) };
    this.#delete(known);
    return { outcome: 'done' };
  }

  #blank(title: string): Task {
    const times = { createdAt: this.#time(), updatedAt: this.#time() };
    return { id: ++this.#count, title, status: 'pending', completed: false, ownerId: 'u1', ...times };
  }

  #put(kind: 'created' | 'updated', task: Task): Task {
    const status = task.completed ? 'completed' : 'pending';
    const after = { ...task, status, updatedAt: this.#time() };
    this.tasks.set(String(task.id), after);
    this.#tell(kind, after);
    return after;
  }

  #delete(task: Task): void {
    this.tasks.delete(String(task.id));
    this.#tell('deleted', { id: task.id });
  }

  #tell(kind: string, task: object): void {
    if (this.isDeaf) return;
    const text = JSON.stringify({ type: 'task_update', event: `task.${kind}`, task, timestamp: null });
    for (const end of this.#ends) end.send(text);
  }

  /** Every change has a time of its own. */
  #time(): string {
    this.#count += 1;
    return new Date(BEGIN + this.clock.now() + this.#count).toISOString();
  }
}
