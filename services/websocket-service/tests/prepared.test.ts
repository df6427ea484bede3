import { describe, expect, it, onTestFinished } from 'vitest';
import { prepared } from '@/ports/prepared';
import type { Database } from '@/ports/schema';
import { TASK_DATABASES } from './support/task-store';

interface User {
  readonly id: string;
  readonly name: string;
}

const ADD = prepared((db, { id, name }: User) => db.insertInto('users').values({ id, name, created_at: 7 }));
const ADD_AND_TELL = prepared((db, { id, name }: User) =>
  db.insertInto('users').values({ id, name, created_at: 7 }).returning('id'),
);
const FIND = prepared((db, { name }: { name: string }) =>
  db.selectFrom('users').select(['id', 'created_at']).where('name', '=', name),
);
const RENAME = prepared((db, { from, to }: { from: string; to: string }) =>
  db.updateTable('users').set({ name: to }).where('name', '=', from),
);
const LIST = prepared((db) => db.selectFrom('users').select('name').orderBy('id'));

describe.each(TASK_DATABASES)('a prepared statement on $name', ({ open }) => {
  it('[LG26] runs with each call’s own values, in a transaction and outside of one', async () => {
    const database = await open();
    onTestFinished(database.close);
    const { db } = database;
    const names = ['Ada', "O'Brien $1 ?1", '__proto__', 'name'];
    await database.transaction(async (tx) => {
      for (const [index, name] of names.entries()) expect(await ADD.run(tx, { id: `${index}`, name })).toBe(1);
      expect(await FIND.first(tx, { name: 'Ada' })).toEqual({ id: '0', created_at: 7 });
      expect(await RENAME.run(tx, { from: 'nobody', to: 'somebody' })).toBe(0);
    });
    for (const [index, name] of names.entries()) {
      expect(await FIND.first(db, { name })).toEqual({ id: `${index}`, created_at: 7 });
    }
    expect(await FIND.first(db, { name: 'nobody' })).toBeUndefined();
    expect(await RENAME.run(db, { from: 'Ada', to: 'Countess' })).toBe(1);
    expect(await RENAME.run(db, { from: 'Ada', to: 'Countess' })).toBe(0);
    expect((await LIST.all(db, {})).map(({ name }) => name)).toEqual(['Countess', ...names.slice(1)]);
  });

  it('[LG26] finds what came after it had found nothing, whoever asked before and for how much', async () => {
    const database = await open();
    onTestFinished(database.close);
    const { db, transaction } = database;
    const ways = [
      (name: string) => FIND.all(db, { name }),
      (name: string) => FIND.first(db, { name }),
      (name: string) => transaction((tx) => FIND.all(tx, { name })),
      (name: string) => transaction((tx) => FIND.first(tx, { name })),
    ];
    for (const [before, ask] of ways.entries()) {
      for (const [after, askAgain] of ways.entries()) {
        const name = `user ${before}${after}`;
        expect([await ask(name)].flat()).toEqual(before % 2 === 0 ? [] : [undefined]);
        await transaction((tx) => ADD.run(tx, { id: name, name }));
        expect([await askAgain(name)].flat()).toEqual([{ id: name, created_at: 7 }]);
      }
    }
  });

  it('[LG39] runs with its own values after it failed with others, as often as that is', async () => {
    const database = await open();
    onTestFinished(database.close);
    const { db, transaction } = database;
    const add = [
      (user: User) => ADD_AND_TELL.first(db, user),
      (user: User) => transaction((tx) => ADD_AND_TELL.first(tx, user)),
    ];
    await ADD.run(db, { id: 'taken', name: 'Ada' });
    for (const [way, ask] of add.entries()) {
      for (const time of [0, 1]) {
        await expect(ask({ id: 'taken', name: 'Bob' })).rejects.toThrow();
        const id = `user ${way}${time}`;
        expect(await ask({ id, name: id })).toEqual({ id });
      }
    }
  });

  it('[LG26] is built once for a database, and another database builds its own', async () => {
    const databases = await Promise.all([open(), open()]);
    for (const { close } of databases) onTestFinished(close);
    const builtFor: Database[] = [];
    const count = prepared((db) => {
      builtFor.push(db);
      return db.selectFrom('users').select((from) => from.fn.countAll<number>().as('users'));
    });
    for (const { db } of databases) for (let time = 0; time < 3; time += 1) await count.first(db, {});
    expect(builtFor).toHaveLength(2);
  });

  it('[LG26] is refused at once when its words would depend on a value', async () => {
    const database = await open();
    onTestFinished(database.close);
    const wrong = prepared((db, { limit }: { limit: number }) =>
      db
        .selectFrom('users')
        .selectAll()
        .limit(limit + 1),
    );
    await expect(wrong.all(database.db, { limit: 1 })).rejects.toThrow('limit is known only when the statement runs');
  });

  it('[LG27] of a transaction that is over is refused, and gets into no later one', async () => {
    const database = await open();
    onTestFinished(database.close);
    const { db, transaction } = database;
    let late: Database = db;
    await transaction(async (tx) => {
      late = tx;
    });
    await expect(
      transaction(async () => {
        await expect(ADD.run(late, { id: 'x', name: 'late' })).rejects.toThrow();
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await transaction(async (tx) => {
      await ADD.run(tx, { id: 'a', name: 'Ada' });
    });
    expect(await LIST.all(db, {})).toEqual([{ name: 'Ada' }]);
  });
});
