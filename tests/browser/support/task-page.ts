import type { Locator, Page } from 'playwright-core';

/** How long to wait for what is not measured, milliseconds. */
const PATIENCE_MS = 15_000;

/** `/tasks` by its accessible names, which are part of the public contract. */
export interface TaskPage {
  readonly page: Page;
  readonly connection: Locator;
  readonly newTask: Locator;
  readonly search: Locator;
  /** The list item of a task. */
  task(title: string): Locator;
  completeBox(title: string): Locator;
  add(title: string): Promise<void>;
  rename(title: string, newTitle: string): Promise<void>;
  complete(title: string): Promise<void>;
  remove(title: string): Promise<void>;
  /** The titles on the screen, top to bottom. */
  titles(): Promise<string[]>;
  /** Settles when the indicator says something. */
  waitForConnection(words: RegExp): Promise<void>;
}

/** Describes the task page of a browser's page. */
export function createTaskPage(page: Page): TaskPage {
  const connection = page.getByRole('status', { name: 'Connection' });
  const newTask = page.getByRole('textbox', { name: 'New task' });
  const task = (title: string) =>
    page.getByRole('listitem').filter({ has: page.getByRole('checkbox', { name: `Complete ${title}`, exact: true }) });
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const completeBox = (title: string) => page.getByRole('checkbox', { name: `Complete ${title}`, exact: true });
  return {
    page,
    connection,
    newTask,
    search: page.getByRole('searchbox', { name: 'Search tasks' }),
    task,
    completeBox,
    async add(title) {
      await newTask.fill(title);
      await newTask.press('Enter');
    },
    async rename(title, newTitle) {
      await button(`Rename ${title}`).click();
      const field = page.getByRole('textbox', { name: 'Title', exact: true });
      await field.fill(newTitle);
      await field.press('Enter');
    },
    complete: (title) => completeBox(title).click(),
    remove: (title) => button(`Delete ${title}`).click(),
    async titles() {
      const names = await page
        .getByRole('checkbox', { name: /^Complete / })
        .evaluateAll((boxes) => boxes.map((box) => box.getAttribute('aria-label') ?? ''));
      return names.map((name) => name.replace(/^Complete /, ''));
    },
    async waitForConnection(words) {
      await connection.filter({ hasText: words }).waitFor({ timeout: PATIENCE_MS });
    },
  };
}
