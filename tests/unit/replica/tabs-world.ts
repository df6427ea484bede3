import { expect } from 'vitest';
import { type Mutation, type Task, taskKey } from '@/lib/protocol';
import { viewAll } from '@/lib/replica';
import { FakeDisk, rest } from '@/tests/unit/sync/fake-device';
import { AccessServer, PROJECT } from './access-server';
import { task } from './fixtures';
import { TabPage } from './tab-page';

/** What a person did in a tab. */
interface Edit {
  readonly mutation: Mutation;
  readonly page: TabPage;
  /** Did the person see that it is kept? */
  isKept: boolean;
}

type RemoteKind = 'create' | 'update' | 'delete' | 'restore' | 'take' | 'give' | 'move' | 'make';

/** A browser with two tabs of one user, who has a project, and a service that others use too. */
export class TabsWorld {
  readonly server = new AccessServer();
  readonly disk = new FakeDisk();
  readonly #edits: Edit[] = [];
  /** The changes and the tasks of which the person was told that something was taken or refused. */
  readonly #told = new Set<string>();
  readonly #ended = new Set<TabPage>();
  #tabs: TabPage[] = [];
  #made = 0;

  static async open(): Promise<TabsWorld> {
    const world = new TabsWorld();
    for (const id of ['a', 'b']) world.server.remote(id, 'create', 'low');
    world.server.makeInProject('p');
    world.server.backUp();
    for (const index of [0, 1]) {
      const page = await TabPage.open(world.server, world.disk);
      world.#tabs[index] = page;
      page.connect();
    }
    return world;
  }

  tab(index: number): TabPage {
    const page = this.#tabs[index % this.#tabs.length];
    if (page === undefined) throw new Error('no tab');
    return page;
  }

  create(tab: number, isInProject: boolean): void {
    const taskId = `n${++this.#made}`;
    const about = { title: taskId, ...(isInProject && { projectId: PROJECT }) };
    this.#submit(tab, { kind: 'create', id: `m${taskId}`, taskId, task: about, draft: task(taskId, 0, about) });
  }

  change(tab: number, index: number, kind: 'update' | 'move' | 'delete' | 'restore'): void {
    const { session, shown } = this.tab(tab);
    const { tombstones, unborn } = session.replica;
    const ids = kind === 'restore' ? [...tombstones.keys(), ...unborn.keys()] : shown;
    const taskId = ids[index % Math.max(1, ids.length)];
    if (taskId === undefined) return;
    const about = { id: `m${++this.#made}`, taskId };
    const isIn = session.replica.table.get(taskId)?.projectId === PROJECT;
    if (kind === 'update') this.#submit(tab, { kind, ...about, changes: { title: about.id } });
    else if (kind === 'move')
      this.#submit(tab, { kind: 'update', ...about, changes: { projectId: isIn ? 'none' : PROJECT } });
    else this.#submit(tab, { kind, ...about });
  }

  remote(index: number, kind: RemoteKind): void {
    const ids = [...this.server.rows.keys()];
    const id = ids[index % Math.max(1, ids.length)];
    if (id === undefined) return;
    if (kind === 'take' || kind === 'give' || kind === 'move') this.server[kind](id);
    else if (kind === 'make') this.server.makeInProject(`r${++this.#made}`);
    else this.server.remote(kind === 'create' ? `r${++this.#made}` : id, kind, index % 2 ? 'high' : 'low');
  }

  /** The service goes back to its backup: every socket ends. */
  goBack(): void {
    const before = this.server.epoch;
    this.server.restore();
    if (this.server.epoch !== before) for (const page of this.#tabs) page.ask();
  }

  /** A tab ends and is loaded anew; the other one takes over what it left, or it does so itself. */
  async reload(tab: number, isKilled: boolean, isServed: boolean): Promise<void> {
    this.note();
    const page = this.tab(tab);
    await page.end(isKilled, isServed);
    this.#ended.add(page);
    this.disk.thaw();
    this.#tabs[tab % this.#tabs.length] = await TabPage.open(this.server, this.disk);
    await rest();
  }

  check(): void {
    this.note();
    for (const page of this.#tabs) page.check();
  }

  /** What the person believes to be safe, and what they were told of. */
  note(): void {
    for (const edit of this.#edits) {
      const safety = this.#ended.has(edit.page) ? 'saved' : edit.page.session.safetyOf(edit.mutation.taskId);
      if (safety === 'on this device') edit.isKept = true;
    }
    for (const { session } of this.#tabs) {
      const { receipts, rejections } = session.getFacts();
      for (const { taskId } of receipts) this.#told.add(taskKey(taskId));
      for (const { mutation } of rejections) this.#told.add(mutation.id);
    }
  }

  async settle(): Promise<void> {
    this.disk.thaw();
    for (const page of this.#tabs) {
      if (!page.isCurrent) page.connect();
      this.check();
    }
    for (let round = 0; round < 30; round++) {
      for (const page of this.#tabs) await page.finish(() => this.check());
      await rest();
      this.check();
    }
    const sorted = (tasks: Iterable<Task>) => [...tasks].sort((x, y) => (String(x.id) < String(y.id) ? -1 : 1));
    for (const { session } of this.#tabs) {
      expect(sorted(viewAll(session.replica))).toEqual(sorted(this.server.visible));
      expect(session.replica.pending.size).toBe(0);
    }
    expect(await this.disk.store.countChanges()).toBe(0);
    this.#expectNoLoss();
  }

  #expectNoLoss(): void {
    for (const [index, { mutation, page, isKept }] of this.#edits.entries()) {
      const key = taskKey(mutation.taskId);
      const isLater = this.#edits.slice(index + 1).some((other) => taskKey(other.mutation.taskId) === key);
      const isDone =
        mutation.kind === 'create'
          ? this.server.titles.has(key)
          : mutation.kind !== 'update' || mutation.changes.title === undefined || this.server.titles.has(mutation.id);
      const isTold = this.#told.has(key) || this.#told.has(mutation.id);
      const isUnkept = this.#ended.has(page) && !isKept;
      if (!isDone && !isTold && !isLater && !isUnkept) expect.fail(`${mutation.id} is lost`);
    }
  }

  #submit(tab: number, mutation: Mutation): void {
    const page = this.tab(tab);
    this.#edits.push({ mutation, page, isKept: false });
    page.submit(mutation);
  }
}
