import { describe, expect, it } from 'vitest';
import { signInToService } from '@/tests/support/service-api';
import { createStage } from './support/stage';

const stage = createStage();

describe('the first paint', () => {
  it('[RX12] comes from the server with the tasks in it', async () => {
    const api = await signInToService(stage.service.url, 'Lin');
    await api.create({ title: 'Seen before any script' });
    const lin = await stage.signIn('Lin');
    const answer = await fetch(`${stage.appUrl}/tasks`, { headers: { cookie: await lin.cookieHeader() } });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('Seen before any script');
  });

  it('shows the tasks to a page that runs no script', async () => {
    const api = await signInToService(stage.service.url, 'Lin');
    await api.create({ title: 'Readable as it is' });
    const lin = await stage.signIn('Lin');
    const { context } = await stage.enter({ javaScriptEnabled: false });
    await context.addCookies(await lin.context.cookies());
    const tab = await stage.openBlankTab(context);
    await tab.page.goto(`${stage.appUrl}/tasks`);
    await tab.page.getByText('Readable as it is').waitFor();
  });

  it('keeps one person’s tasks out of another’s page', async () => {
    const api = await signInToService(stage.service.url, 'Lin');
    await api.create({ title: 'Only for Lin' });
    const [lin, mei] = [await stage.signIn('Lin'), await stage.signIn('Mei')];
    const pages = await Promise.all(
      [lin, mei, lin, mei].map(async (person) =>
        (await fetch(`${stage.appUrl}/tasks`, { headers: { cookie: await person.cookieHeader() } })).text(),
      ),
    );
    expect(pages.map((html) => html.includes('Only for Lin'))).toEqual([true, false, true, false]);
  });

  it('goes on from the server’s positions instead of loading everything again', async () => {
    const api = await signInToService(stage.service.url, 'Lin');
    await api.create({ title: 'Already there' });
    const { openTab } = await stage.signIn('Lin');
    const tab = await openTab();
    await tab.waitForConnection(/up to date/i);
    expect(tab.frames.filter(({ message }) => message.type === 'snapshot')).toEqual([]);
    expect(tab.requests.filter((line) => /^GET .*\/api\/v1\/tasks/.test(line))).toEqual([]);
  });

  it('[AU30, AU32] leads a stranger to the login and keeps the token from scripts', async () => {
    const answer = await fetch(`${stage.appUrl}/tasks`, { redirect: 'manual' });
    expect(answer.status).toBeGreaterThanOrEqual(300);
    expect(answer.status).toBeLessThan(400);
    expect(answer.headers.get('location')).toContain('/login');
    expect((await fetch(`${stage.appUrl}/api/token`)).status).toBe(401);

    const { context, tab } = await stage.signIn('Lin');
    const cookies = await context.cookies(stage.appUrl);
    expect(cookies.length).toBeGreaterThan(0);
    expect(cookies.filter(({ httpOnly }) => !httpOnly)).toEqual([]);
    expect(await tab.page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toMatch(/eyJ/);
    expect(tab.requests.filter((line) => /eyJ/.test(line))).toEqual([]);
  });
});
