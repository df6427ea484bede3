import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Mutation, type MutationAnswer, type Task, taskKey } from '@/lib/protocol';
import { viewAll, viewOf, waitingCount } from '@/lib/replica';
import { ModelServer } from '@/tests/unit/replica/model-server';
import { FakeDisk, rest } from './fake-device';
import { at, bench, CHANNEL, task, wireUpdate } from './fixtures';

/** A person's browser, whose page may die at any step, and a server that remembers what each key stood for. */
class Browser {
  readonly server = new ModelServer();
  readonly disk = new FakeDisk();
  readonly #bodies = new Map<string, string>();
  /** What the person made of each own new task, step by step: its title, or `null` for none. */
  readonly made = new Map<string, { readonly step: number; readonly title: string | null }[]>();
  /** The step of each own new task that the person believes to be safe. */
  readonly kept = new Map<string, number>();
  #turns: (() => void)[] = [];
  /** Deleted by this page: it offers an undo. */
  readonly #undoable = new Set<string>();
  #made = 0;
  #heard = 0;
  #landed = 0;
  #device = this.disk.device();
  #page = this.#open();

  #open() {
    this.#turns = [];
    const page = bench({ device: this.#device, scheduleTurn: (run) => this.#turns.push(run) });
    page.connector.fetchTasks = async () => {
      return { tasks: [...this.server.tasks.values()], positions: {}, complete: true };
    };
    return page;
  }

  /** What was made until now is to be sent. */
  endTurn(): void {
    for (const run of this.#turns.splice(0)) run();
  }

  get session() {
    return this.#page.session;
  }

  start(): void {
    this.#heard = this.server.log.length;
    this.#page.connection.start([...this.server.tasks.values()]);
  }

  edit(kind: Mutation['kind'], target: string, title: string, priority: string): void {
    const step = ++this.#made;
    const key = kind === 'create' ? `new${step}` : target === 'own' ? ([...this.made.keys()].at(-1) ?? 'a') : target;
    const shown = viewAll(this.session.replica).some((view) => taskKey(view.id) === key);
    const states = this.made.get(key) ?? [];
    const about = { id: `m${step}`, taskId: key };
    const own = `${title}${step}`;
    if (kind === 'create') {
      this.made.set(key, [{ step, title: own }]);
      this.session.submit({ ...about, kind, task: { title: own }, draft: task(key, 0, { title: own }) });
    } else if (kind === 'restore' ? this.#undoable.has(key) && !shown : shown) {
      if (kind === 'delete') this.#undoable.add(key);
      const before = states.findLast((state) => state.title !== null)?.title ?? null;
      states.push({ step, title: kind === 'delete' ? null : kind === 'update' ? own : before });
      const changes = { title: states.length > 1 ? own : title, priority };
      this.session.submit((kind === 'update' ? { ...about, kind, changes } : { ...about, kind }) as Mutation);
    }
  }

  #answer(mutation: Mutation): MutationAnswer {
    const { id, kind } = mutation;
    const body = JSON.stringify([
      kind,
      mutation.taskId,
      'changes' in mutation ? mutation.changes : 'task' in mutation && mutation.task,
    ]);
    const isDone = this.server.log.some((event) => event.mutationId === id);
    if (isDone && this.#bodies.get(id) !== body) throw new Error(`${id} stood for two requests.`);
    if (!isDone) this.#bodies.set(id, body);
    return this.server.answer(mutation);
  }

  /** The server carries out what was sent first; the answer arrives, or is lost. */
  async land(isLost: boolean): Promise<void> {
    const flight = this.#page.flights[this.#landed];
    if (flight === undefined) return;
    this.#landed += 1;
    const answer = this.#answer(flight.mutation);
    await (isLost ? flight.fail() : flight.answer(answer));
    await rest();
    for (const timer of this.#page.timers.filter(({ cancelled }) => !cancelled)) {
      timer.cancelled = true;
      timer.run();
    }
  }

  hear(): void {
    const event = this.server.log[this.#heard];
    if (event === undefined) return;
    this.#heard += 1;
    const name = `task.${event.kind}` as 'task.updated';
    const after = event.task ?? { ...task(event.taskId, 0), version: event.version ?? 0 };
    const extra = event.mutationId === undefined ? {} : { mutationId: event.mutationId };
    const news = wireUpdate(name, after, this.#heard, extra);
    this.#page.connection.hear({ type: 'events', channel: CHANNEL, position: at(this.#heard), events: [news] });
  }

  /** What the person believes to be safe. */
  noteKept(): void {
    for (const [key, states] of this.made) {
      const last = states.at(-1);
      if (last && this.session.safetyOf(key) === 'on this device') this.kept.set(key, last.step);
    }
  }

  async crash(isServed: boolean): Promise<void> {
    if (isServed) for (const { mutation } of this.#page.flights.slice(this.#landed)) this.#answer(mutation);
    this.#device.die();
    this.disk.thaw();
    this.#landed = 0;
    this.#undoable.clear();
    this.#device = this.disk.device();
    this.#page = this.#open();
    await rest();
    this.start();
    // The person goes on from what they see now.
    for (const [key, states] of this.made) {
      const title = viewOf(this.session.replica, key)?.title ?? null;
      expect(this.#possible(key)).toContain(title);
      states.push({ step: this.#made, title });
    }
  }

  #possible(key: string): readonly (string | null)[] {
    const states = [{ step: 0, title: null }, ...(this.made.get(key) ?? [])];
    return states.filter(({ step }) => step >= (this.kept.get(key) ?? 0)).map(({ title }) => title);
  }

  /** A page that lives loses nothing, kept or not. */
  expectOwnTasks(): void {
    // Nobody else changes them: a receipt would take the person's own doing for somebody else's.
    expect(this.session.getFacts().receipts.filter(({ taskId }) => this.made.has(taskKey(taskId)))).toEqual([]);
    for (const [key, states] of this.made) {
      expect(this.server.tasks.get(key)?.title ?? null).toBe(states.at(-1)?.title);
    }
  }

  async settle(): Promise<void> {
    for (let round = 0; round < 200; round++) {
      while (this.#heard < this.server.log.length) this.hear();
      this.endTurn();
      await rest();
      if (waitingCount(this.session.replica) === 0) return;
      await this.land(false);
    }
  }
}

const id = fc.constantFrom('a', 'a', 'a', 'b');
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('edit' as const),
      kind: fc.constantFrom(...(['create', 'update', 'update', 'update', 'update', 'delete', 'restore'] as const)),
      id: fc.constantFrom('a', 'a', 'b', 'own', 'own'),
      title: fc.constantFrom('x', 'y', 'z'),
      priority: fc.constantFrom('low', 'high'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remote' as const), id, title: fc.constantFrom('x', 'r') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('land' as const), isLost: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('hear' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('turn' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rest' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('freeze' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('thaw' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('crash' as const), isServed: fc.boolean() }) },
);

describe('pages that die at any step', () => {
  it('[OB20] lose nothing that was kept, send nothing twice, and end equal to the server', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const browser = new Browser();
        browser.server.remote('a', { title: 'A' });
        browser.server.remote('b', { title: 'B' });
        await rest();
        browser.start();
        for (const each of steps) {
          if (each.do === 'edit') browser.edit(each.kind, each.id, each.title, each.priority);
          else if (each.do === 'remote') browser.server.remote(each.id, { title: each.title });
          else if (each.do === 'land') await browser.land(each.isLost);
          else if (each.do === 'hear') browser.hear();
          else if (each.do === 'turn') browser.endTurn();
          else if (each.do === 'rest') await rest();
          else if (each.do === 'freeze') browser.disk.freeze();
          else if (each.do === 'thaw') browser.disk.thaw();
          else await browser.crash(each.isServed);
          browser.noteKept();
        }
        browser.disk.thaw();
        await browser.settle();
        const sorted = (tasks: Iterable<Task>) => [...tasks].sort((x, y) => (String(x.id) < String(y.id) ? -1 : 1));
        expect(sorted(viewAll(browser.session.replica))).toEqual(sorted(browser.server.tasks.values()));
        expect(browser.session.getFacts().rejections).toEqual([]);
        browser.expectOwnTasks();
        await rest();
        expect(await browser.disk.store.countChanges()).toBe(0);
      }),
      { numRuns: Number(process.env.CRASH_RUNS ?? 150) },
    );
  });
});
