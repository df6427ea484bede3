import { describe, expect, it } from 'vitest';
import type { Task, TaskEvent } from '@/lib/protocol';
import { applyEvent, createLocalPort, createPatch, createReplica } from '@/lib/replica';
import { task } from './fixtures';

const event = (id: string, version: number): TaskEvent => ({
  kind: 'updated',
  taskId: id,
  version,
  task: task(id, version, { title: `${id} ${version}` }),
});

describe('a patch', () => {
  it('[RP47] is empty until something happens', () => {
    const patch = createPatch();
    expect(patch.isEmpty).toBe(true);
    expect(patch.isSeen).toBe(false);
    for (const list of [patch.touched, patch.shown, patch.remote, patch.receipts, patch.settled, patch.replaced]) {
      expect(list).toEqual([]);
    }
    patch.receipt([]);
    patch.settle([]);
    expect(patch.isEmpty).toBe(true);
    patch.replace('user:u1');
    expect(patch.isEmpty).toBe(false);
    expect(patch.replaced).toEqual(['user:u1']);
  });

  it.each([1, 2, 5])('[RP47] tells of %i events in order, as lists and as keys', (count) => {
    const replica = createReplica<Task>();
    const patch = createPatch<Task>();
    const ids = Array.from({ length: count }, (_, index) => `t${index}`);
    for (const id of ids) applyEvent(replica, event(id, 1), 0, patch);
    const last = new Set(ids.slice(-1));
    const [touched, shown, some] = [new Set<string>(), new Set<string>(), new Set<string>()];
    patch.addTouched(touched, last);
    patch.addShown(shown);
    patch.addShown(some, last);
    expect([...touched]).toEqual([...last]);
    expect([...shown]).toEqual(ids);
    expect([...some]).toEqual([...last]);
    expect(patch.touched).toEqual(ids);
    expect(patch.shown.map(({ key }) => key)).toEqual(ids);
    expect(patch.remote.map(({ event, task }) => [event.taskId, task?.title])).toEqual(
      ids.map((id) => [id, `${id} 1`]),
    );
    expect(patch.hasOtherMembers).toBe(true);
    expect(patch.isOfOthers).toBe(true);
  });

  it('[RP47] keeps what was seen at each event, also when the same task changes again', () => {
    const replica = createReplica<Task>();
    const patch = createPatch<Task>();
    applyEvent(replica, event('a', 1), 0, patch);
    applyEvent(replica, event('a', 2), 0, patch);
    expect(patch.remote.map(({ task }) => task?.title)).toEqual(['a 1', 'a 2']);
  });

  it('[RP48] tells nothing of an earlier change once it is cleared', () => {
    const replica = createReplica<Task>();
    const patch = createPatch<Task>();
    for (const id of ['a', 'b']) applyEvent(replica, event(id, 1), 0, patch);
    patch.receipt([{ id: 'a title', taskId: 'a', field: 'title', yours: 1, theirs: 2 }]);
    patch.settle(['m1']);
    patch.replace('user:u1');
    patch.clear();
    expect(patch).toEqual(createPatch());
    expect(patch.isEmpty).toBe(true);
    for (const list of [patch.touched, patch.shown, patch.remote, patch.receipts, patch.settled, patch.replaced]) {
      expect(list).toEqual([]);
    }
    expect(patch.hasOtherMembers || patch.isOfOthers || patch.isSeen).toBe(false);
    applyEvent(replica, event('c', 1), 0, patch);
    expect(patch.touched).toEqual(['c']);
  });

  it('[RP48] is another one for a change that a listener makes meanwhile', () => {
    const port = createLocalPort<Task>(() => new Promise(() => {}));
    const heard: (readonly string[])[] = [];
    port.onPatch((patch) => {
      if (patch.touched.includes('a')) port.receive(event('b', 1));
      heard.push(patch.touched);
    });
    port.receive(event('a', 1));
    port.receive(event('c', 1));
    expect(heard).toEqual([['b'], ['a'], ['c']]);
  });

  it('[RP47] tells nobody of what is done quietly, though it is seen', () => {
    const replica = createReplica<Task>();
    const patch = createPatch<Task>();
    patch.quietly(() => applyEvent(replica, event('a', 1), 0, patch));
    expect(patch.isOfOthers).toBe(false);
    expect(patch.isSeen).toBe(true);
    applyEvent(replica, event('b', 1), 0, patch);
    patch.quietly(() => applyEvent(replica, event('c', 1), 0, patch));
    expect(patch.remote.map(({ event }) => event.taskId)).toEqual(['b']);
    expect(patch.touched).toEqual(['a', 'b', 'c']);
  });
});
