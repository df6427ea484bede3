import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Position } from '@/lib/protocol';
import { userOf } from './support/api';
import { PATIENT_MS } from './support/patience';
import { createDatabase } from './support/postgres';
import { type ServiceProcess, useBuiltService } from './support/service-process';
import { createTempDir } from './support/temp-dir';
import { openNative } from './support/test-socket';

/** Each kind of database, as the environment of one that is fresh. */
const PLACES: readonly { readonly name: string; readonly create: () => Promise<Record<string, string>> }[] = [
  { name: 'embedded SQLite', create: async () => ({ DATA_DIR: createTempDir() }) },
  { name: 'PostgreSQL', create: async () => ({ DATABASE_URL: await createDatabase(), DATA_DIR: createTempDir() }) },
];

describe('commands on the data', { timeout: PATIENT_MS }, () => {
  const built = useBuiltService();

  async function positionOf(service: ServiceProcess, user: { readonly id: string; readonly token: string }) {
    const { body } = await service.api.call('GET', '/api/v1/tasks', { token: user.token });
    return { tasks: body.tasks.map((task) => task.title), position: body.positions[`user:${user.id}`] as Position };
  }

  it.each(PLACES)(
    '[LG20, LG21] back up a running service in $name, and restore it in a new epoch, from which clients synchronise again',
    async ({ create }) => {
      const env = await create();
      const file = join(createTempDir(), 'backup');
      const service = await built.start(env);
      const ada = await service.api.signIn('Ada');
      await ada.create({ title: 'kept' });
      expect(await built.run(env, ['backup', file])).toMatchObject({ code: 0, output: `The backup is in ${file}.\n` });
      expect(statSync(file).mode & 0o077).toBe(0);
      await ada.create({ title: 'made after the backup' });
      const before = await positionOf(service, ada);

      const refused = await built.run(env, ['restore', file]);
      expect(refused).toMatchObject({ code: 1, output: expect.stringMatching(/in use by .*running service: stop/) });
      await service.end('SIGTERM');
      expect(await built.run(env, ['restore', file])).toMatchObject({
        code: 0,
        output: expect.stringMatching(/restored, in a new epoch\./),
      });

      const again = await built.start(env);
      const after = await positionOf(again, ada);
      expect([before.tasks.length, after.tasks]).toEqual([2, ['kept']]);
      expect(after.position.epoch).not.toBe(before.position.epoch);
      const socket = await openNative(again.url, ada.token, before.position);
      expect(await socket.waitFor('subscribed')).toMatchObject({ recovered: false, position: after.position });
      await again.end('SIGTERM');
    },
  );

  it('[LG21] keep the database that a restore replaces, and leave it alone when the file is no backup', async () => {
    const env = { DATA_DIR: createTempDir() };
    const file = join(createTempDir(), 'backup');
    const service = await built.start(env);
    const ada = await service.api.signIn('Ada');
    await ada.create();
    await built.run(env, ['backup', file]);
    await ada.create();
    await service.end('SIGKILL');

    const nonsense = join(createTempDir(), 'nonsense');
    writeFileSync(nonsense, 'no database '.repeat(1_000));
    expect(await built.run(env, ['restore', nonsense])).toMatchObject({
      code: 1,
      output: expect.stringMatching(/nonsense can't be restored .*: give a file that `backup` has made\.\n$/),
    });
    await built.run(env, ['restore', file]);
    const names = readdirSync(env.DATA_DIR).filter((name) => !name.startsWith('lock'));
    const kept = names.find((name) => name.startsWith('taskwire.db.before-'));
    expect(names.some((name) => name.includes('.new'))).toBe(false);

    await built.run(env, ['restore', join(env.DATA_DIR, kept ?? '')]);
    const again = await built.start(env);
    expect((await positionOf(again, ada)).tasks).toHaveLength(2);
  });

  it('[LG21] restore no backup of a newer service into a PostgreSQL', async () => {
    const env = { DATABASE_URL: await createDatabase() };
    const file = join(createTempDir(), 'backup');
    await built.run(env, ['migrate']);
    const client = new Client(env.DATABASE_URL);
    await client.connect();
    onTestFinished(() => client.end());
    const versions = async () => (await client.query('SELECT version FROM taskwire.schema_version')).rows;
    const [own] = await versions();
    await client.query('UPDATE taskwire.schema_version SET version = 99');
    await built.run(env, ['backup', file]);
    await client.query('UPDATE taskwire.schema_version SET version = $1', [own.version]);
    expect(await built.run(env, ['restore', file])).toMatchObject({
      code: 1,
      output: expect.stringMatching(
        /nothing was changed: [\s\S]*is of version 99, this service knows \d+: restore it with the newer/,
      ),
    });
    expect(await versions()).toEqual([own]);
  });

  it('[LG20] never overwrite a file with a backup, and leave none behind that is not whole', async () => {
    const env = { DATA_DIR: createTempDir() };
    const folder = createTempDir();
    const file = join(folder, 'precious');
    expect(await built.run(env, ['backup', file])).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^There is no database in .*: set DATA_DIR/),
    });
    await built.run(env, ['migrate']);
    writeFileSync(file, 'mine');
    expect(await built.run(env, ['backup', file])).toMatchObject({
      code: 1,
      output: expect.stringMatching(/there already/),
    });
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(await built.run(env, ['backup', join(folder, 'no', 'where')])).toMatchObject({ code: 1 });
    expect(readdirSync(folder)).toEqual(['precious']);
  });

  it.each(PLACES)('[LG22] forget a user in $name, with everything that told of them', async ({ create }) => {
    const env = await create();
    const service = await built.start(env);
    const [ada, eve] = [await service.api.signIn('Ada Lovelace'), await service.api.signIn('Eve')];
    await ada.create({ title: 'a secret of hers' }, { 'idempotency-key': 'a-key-of-hers' });
    const shared = await ada.create({ title: 'a shared secret' });
    await ada.call('POST', `/api/v1/tasks/${shared.id}/shares`, { body: { userId: eve.id } });
    const own = await eve.create({ title: 'another’s' });
    await eve.call('POST', `/api/v1/tasks/${own.id}/shares`, { body: { userId: ada.id } });
    await ada.patch(own.id, { title: 'another’s, edited' });
    const eveBefore = await positionOf(service, eve);
    const before = await positionOf(service, ada);
    await service.end('SIGTERM');

    expect(await built.run(env, ['forget-user', ada.id])).toMatchObject({
      code: 0,
      output: expect.stringMatching(/is forgotten: 2 tasks, \d+ events and 1 answers went\./),
    });
    if (env.DATABASE_URL === undefined) {
      const bytes = readFileSync(join(env.DATA_DIR ?? '', 'taskwire.db'), 'latin1');
      for (const text of ['a secret of hers', 'a shared secret', 'a-key-of-hers', 'Ada Lovelace'])
        expect(bytes).not.toContain(text);
    }
    const again = await built.start(env);
    const adaAgain = userOf(again.api.call, ada.id, ada.token);
    const after = await positionOf(again, ada);
    expect([after.tasks, after.position.seq]).toEqual([[], before.position.seq + 1]);
    const witness = await openNative(again.url, eve.token, { epoch: before.position.epoch, seq: 0 });
    await witness.until(() => JSON.stringify(witness.messages).includes(`"target":{"taskId":"${shared.id}"}`));
    expect(JSON.stringify(witness.messages)).not.toMatch(/a shared secret|Ada Lovelace/);
    expect([eveBefore.tasks.length, (await positionOf(again, eve)).tasks]).toEqual([2, ['another’s, edited']]);
    await adaAgain.create({ title: 'a new life' });
    expect((await positionOf(again, ada)).position.seq).toBe(before.position.seq + 2);
    expect((await again.api.signIn('Ada Lovelace')).id).not.toBe(ada.id);
    const socket = await openNative(again.url, ada.token, { epoch: before.position.epoch, seq: 0 });
    expect(await socket.waitFor('subscribed')).toMatchObject({ recovered: false });
    await again.end('SIGTERM');
  });

  it.each(PLACES)('[LG36, LG37] list what is in quarantine in $name, try it again and drop it', async ({ create }) => {
    const key = 'k'.repeat(32);
    const env = { ...(await create()), SERVICE_KEY: key };
    const ask = async (...words: readonly string[]) => {
      const { code, output } = await built.run(env, words);
      return [code, ...output.trimEnd().split('\n')];
    };
    const service = await built.start(env);
    const ada = await service.api.signIn('Ada');
    const publish = async (...events: readonly object[]) =>
      (await service.api.call('POST', '/api/v1/events', { token: key, body: events })).body;
    const event = (id: string, event_type: string, task_id: number, data: object) => ({
      id,
      event_type,
      user_id: ada.id,
      task_id,
      data,
    });
    const [changed, orphan] = [5, 6].map((task) => event(`change ${task}`, 'TASK_CHANGED', task, { note: 'kept' }));
    expect(await publish(changed ?? {}, orphan ?? {})).toMatchObject({ accepted: 0 });
    expect(await publish(event('a', 'TASK_ADDED', 5, { title: 'milk' }))).toMatchObject({ accepted: 1 });
    await service.end('SIGTERM');

    const [code, sentence, ...lines] = await ask('quarantine');
    expect([code, sentence]).toEqual([0, '2 events are in quarantine.']);
    expect(lines.map((line) => JSON.parse(String(line)) as unknown)).toEqual(
      [5, 6].map((task) => ({
        id: `change ${task}`,
        reason: expect.stringMatching(/^The task is unknown/),
        attempts: 1,
        givenUp: true,
        at: expect.stringMatching(/Z$/),
        body: expect.stringContaining('"note":"kept"'),
      })),
    );
    expect(await ask('quarantine-retry', 'all')).toEqual([
      0,
      '1 event is settled now, 1 left in quarantine.',
      expect.stringMatching(/^\{"id":"change 6","reason":"The task is unknown/),
    ]);
    expect(await ask('quarantine-retry', 'change 5')).toEqual([
      1,
      'No event change 5 is in quarantine: `quarantine` lists the ids.',
    ]);
    expect(await ask('quarantine-drop', 'change 6')).toEqual([0, '1 event is dropped from the quarantine for good.']);
    expect(await ask('quarantine')).toEqual([0, '0 events are in quarantine.']);
    expect(await ask('quarantine-drop', 'all')).toEqual([1, 'Nothing is in quarantine: there is nothing to do.']);

    const again = await built.start(env);
    const { task } = (await again.api.call('GET', '/api/v1/tasks/5', { token: ada.token })).body;
    expect(task).toMatchObject({ title: 'milk', note: 'kept', version: 2 });
    await again.end('SIGTERM');
  });

  it.each(PLACES)('[LG23] bring the tables of $name up to date without a service', async ({ create }) => {
    const env = await create();
    for (let round = 0; round < 2; round += 1) {
      expect(await built.run(env, ['migrate'])).toMatchObject({
        code: 0,
        output: expect.stringMatching(/^The database is of version \d+, /),
      });
    }
  });

  it.each([
    [
      ['nonsense'],
      /no command "nonsense": the commands are backup <file>, restore <file>, forget-user <user id>, migrate, quarantine, quarantine-retry <event id \| all>, quarantine-drop <event id \| all>\./,
    ],
    [['backup'], /Give the command as backup <file>\./],
    [['backup', ''], /Give the command as backup <file>\./],
    [['migrate', 'now'], /Give the command as migrate\./],
    [['restore', '/nowhere/backup'], /\/nowhere\/backup is not there: give the file of a backup\./],
  ])('[LG23] say what to do instead of %j', async (words, sentence) => {
    const dataDir = createTempDir();
    const { code, output } = await built.run({ DATA_DIR: dataDir }, words);
    expect([code, output.trim().split('\n')]).toEqual([1, [expect.stringMatching(sentence)]]);
    expect(readdirSync(dataDir)).toEqual([]);
  });
});
