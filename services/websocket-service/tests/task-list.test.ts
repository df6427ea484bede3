import { beforeEach, describe, expect, it } from 'vitest';
import type { AnswerBody, User } from './support/api';
import { PATIENT_MS } from './support/patience';
import { startTestService, type TestService } from './support/test-service';

describe('the list of tasks', { timeout: PATIENT_MS }, () => {
  let service: TestService;
  let ada: User;

  beforeEach(async () => {
    service = await startTestService();
    ada = await service.signIn('Ada');
  });

  async function list(query = ''): Promise<AnswerBody> {
    const answer = await ada.call('GET', `/api/v1/tasks${query}`);
    expect(answer.status).toBe(200);
    return answer.body;
  }

  async function walk(query: string): Promise<readonly AnswerBody[]> {
    const pages: AnswerBody[] = [await list(`?${query}`)];
    for (let cursor = pages[0]?.nextCursor; cursor !== undefined; cursor = pages.at(-1)?.nextCursor) {
      pages.push(await list(`?${query}&cursor=${cursor}`));
    }
    return pages;
  }

  it('[SV1, SV12] is complete at once for a new user, at position 0', async () => {
    const positions = { [ada.channel]: { epoch: service.service.epoch, seq: 0 } };
    expect(await list()).toEqual({ tasks: [], positions, complete: true });
  });

  it('[SV12] walks all tasks by id, each once, with the first page’s positions on every page', async () => {
    const made = [];
    for (let index = 0; index < 7; index += 1) made.push((await ada.create()).id);
    const first = await list('?limit=3');
    const { id: late } = await ada.create();
    const pages = [first];
    for (let page: AnswerBody | undefined = first; page?.nextCursor !== undefined; page = pages.at(-1)) {
      pages.push(await list(`?limit=3&cursor=${page.nextCursor}`));
    }
    const ids = pages.flatMap((page) => page.tasks.map((task) => task.id));
    expect(ids).toEqual([...ids].sort());
    expect(ids.filter((id) => id !== late)).toEqual(made.sort());
    expect(first.positions[ada.channel]).toMatchObject({ seq: 7, epoch: service.service.epoch });
    for (const page of pages) expect(page.positions).toEqual(first.positions);
    expect(pages.map((page) => page.complete)).toEqual(pages.map((_, index) => index === pages.length - 1));
    expect(pages.map((page) => page.nextCursor === undefined)).toEqual(pages.map((page) => page.complete));
  });

  it('[SV12] is never complete under a filter', async () => {
    await ada.create({ title: 'milk', status: 'in_progress' });
    await ada.create({ title: 'oats' });
    for (const query of ['status=in_progress', 'search=MILK', 'project_id=p', 'search=m&limit=1']) {
      for (const page of await walk(query)) expect(page.complete).toBe(false);
    }
    expect((await list('?status=&search=&project_id=')).complete).toBe(true);
  });

  it('[SV12] filters by status, by text without regard to case, and by project', async () => {
    const projectId = await ada.project('p');
    await ada.create({ title: 'Älmhult 100%', status: 'in_progress', projectId });
    await ada.create({ title: 'b_c', description: 'Buy MILK' });
    await ada.create({ title: 'a\\b' });
    const titles = async (query: string) => (await list(query)).tasks.map((task) => task.title);
    expect(await titles('?status=in_progress')).toEqual(['Älmhult 100%']);
    expect(await titles(`?search=${encodeURIComponent('äLMH')}`)).toEqual(['Älmhult 100%']);
    expect(await titles('?search=milk')).toEqual(['b_c']);
    expect(await titles('?search=%25')).toEqual(['Älmhult 100%']);
    expect(await titles('?search=_')).toEqual(['b_c']);
    expect(await titles(`?search=${encodeURIComponent('\\')}`)).toEqual(['a\\b']);
    expect(await titles(`?project_id=${projectId}`)).toEqual(['Älmhult 100%']);
    expect(await titles(`?project_id=${projectId}&status=pending`)).toEqual([]);
  });

  it('[SV12] refuses a cursor of another user, of another filter, or a damaged one', async () => {
    await ada.create();
    await ada.create();
    const eve = await service.signIn('Eve');
    const { nextCursor } = await list('?limit=1');
    const asked = (user: User, query: string) => user.call('GET', `/api/v1/tasks?${query}`);
    expect((await asked(eve, `cursor=${nextCursor}`)).status).toBe(400);
    expect((await asked(ada, `search=a&cursor=${nextCursor}`)).status).toBe(400);
    for (const damaged of ['x', 'e30', nextCursor?.slice(1), Buffer.from('null').toString('base64url')]) {
      expect((await asked(ada, `cursor=${damaged}`)).status).toBe(400);
    }
    expect((await asked(ada, `limit=500&cursor=${nextCursor}`)).body).toMatchObject({ complete: true });
  });

  it.each([['limit=0'], ['limit=-1'], ['limit=x'], ['limit=1.5'], ['status=done'], ['status=a&status=b']])(
    '[SV26] refuses ?%s',
    async (query) => {
      const answer = await ada.call('GET', `/api/v1/tasks?${query}`);
      expect(answer.status).toBe(400);
      expect(answer.body.detail).toMatch(/^(limit|status) must be/);
    },
  );

  it('[SV11, SV19] holds neither deleted tasks nor another user’s', async () => {
    const { id } = await ada.create();
    const { id: deleted } = await ada.create();
    await ada.call('DELETE', `/api/v1/tasks/${deleted}`);
    await (await service.signIn('Eve')).create();
    expect((await list()).tasks.map((task) => task.id)).toEqual([id]);
  });
});
