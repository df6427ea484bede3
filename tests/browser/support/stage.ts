import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, inject } from 'vitest';
import { endAllServices, type ServiceProcess, startService } from '@/tests/support/service-process';
import { type AppProcess, startApp } from './app-process';
import { launchChromium, signInAt } from './chromium';
import { type PageWatch, watchPage } from './page-watch';
import { createTaskPage, type TaskPage } from './task-page';

/** A page on the stage, and what it did. */
export interface Tab extends TaskPage, PageWatch {}

/** A person with a browser of their own: cookies and storage are theirs alone. */
export interface Person {
  readonly context: BrowserContext;
  /** Opens another tab of the same browser, at `/tasks`. */
  openTab(): Promise<Tab>;
  /** The signed-in session as a request header. */
  cookieHeader(): Promise<string>;
}

/** The service, the built app and a browser, the same for all tests of a file. */
export interface Stage {
  /** The running service; a new object after a restart. */
  readonly service: ServiceProcess;
  readonly appUrl: string;
  /** Opens a browser of one's own and signs in by name. The first tab stands at `/tasks`. */
  signIn(name: string, options?: BrowserContextOptions): Promise<Person & { readonly tab: Tab }>;
  /** Opens a browser of one's own that is not signed in. */
  enter(options?: BrowserContextOptions): Promise<Person>;
  /** A blank, watched tab. */
  openBlankTab(context: BrowserContext): Promise<Tab>;
  /** Kills the service without warning. */
  killService(): Promise<void>;
  /** Starts it again on the same port and data. */
  restartService(): Promise<ServiceProcess>;
  /** Lets this test's pages report problems that the test causes on purpose. */
  expectProblems(words: RegExp): void;
}

/**
 * Sets the stage for a test file. After each test every browser is closed, and the test fails when a page reported a problem
 * that was not expected; what the pages showed is kept in test-results/ when a test fails.
 */
export function createStage(): Stage {
  let browser: Browser;
  let app: AppProcess;
  let service: ServiceProcess;
  let tabs: Tab[] = [];
  let contexts: BrowserContext[] = [];
  let expected: RegExp[] = [];

  const serviceOptions = () => ({
    port: inject('servicePort'),
    env: { ALLOWED_ORIGINS: `${app.url},${app.url.replace('localhost', '127.0.0.1')}` },
  });

  beforeAll(async () => {
    app = await startApp(inject('servicePort'));
    service = await startService(serviceOptions());
    browser = await launchChromium(inject('chromiumPath'));
  });

  afterAll(async () => {
    await browser?.close();
    await app?.stop();
    await endAllServices();
  });

  afterEach(async ({ task }) => {
    const problems = tabs.flatMap((tab) => tab.problems).filter((text) => !expected.some((words) => words.test(text)));
    if (task.result?.state === 'fail' || problems.length > 0) {
      const name = task.name.replace(/[^\w]+/g, '-').slice(0, 80);
      for (const [index, tab] of tabs.entries()) await tab.save(`${name}-${index + 1}`);
    }
    for (const context of contexts) await context.close();
    [tabs, contexts, expected] = [[], [], []];
    if (problems.length > 0) throw new Error(`The pages reported problems:\n${problems.join('\n')}`);
  });

  async function openBlankTab(context: BrowserContext): Promise<Tab> {
    const page = await context.newPage();
    const tab: Tab = { ...createTaskPage(page), ...(await watchPage(page)) };
    tabs.push(tab);
    return tab;
  }

  async function enter(options: BrowserContextOptions = {}): Promise<Person> {
    const context = await browser.newContext(options);
    contexts.push(context);
    return {
      context,
      async openTab() {
        const tab = await openBlankTab(context);
        await tab.page.goto(`${app.url}/tasks`);
        return tab;
      },
      async cookieHeader() {
        const cookies = await context.cookies(app.url);
        return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
      },
    };
  }

  return {
    get service() {
      return service;
    },
    get appUrl() {
      return app.url;
    },
    enter,
    openBlankTab,
    async signIn(name, options) {
      const person = await enter(options);
      const tab = await openBlankTab(person.context);
      await signInAt(tab.page, app.url, name);
      return { ...person, tab };
    },
    async killService() {
      await service.end('SIGKILL');
    },
    async restartService() {
      service = await startService({ ...serviceOptions(), dataDir: service.dataDir });
      return service;
    },
    expectProblems(words) {
      expected.push(words);
    },
  };
}
