import { describe, expect, it, vi } from 'vitest';
import { createStage } from './support/stage';

/** What "at once" means to a person with two windows, milliseconds. */
const AT_ONCE_MS = 1_000;

const stage = createStage();

describe('two pages of one person', () => {
  it.each(['two tabs of one browser', 'two browsers'] as const)(
    '[SV19, NT1] show every change of the other within a second, with one toast there and none here: %s',
    async (where) => {
      const name = `Ada with ${where}`;
      const ada = await stage.signIn(name);
      const a = ada.tab;
      const b = where === 'two browsers' ? (await stage.signIn(name)).tab : await ada.openTab();
      const eve = await stage.signIn('Eve');
      for (const tab of [a, b, eve.tab]) await tab.waitForConnection(/up to date/i);

      const expectToasts = async (count: number) => {
        await vi.waitFor(async () => expect(await b.toasts()).toHaveLength(count), {
          timeout: AT_ONCE_MS,
          interval: 20,
        });
      };
      await a.add('Buy milk');
      await b.task('Buy milk').waitFor({ timeout: AT_ONCE_MS });
      await expectToasts(1);

      await a.rename('Buy milk', 'Buy oat milk');
      await b.task('Buy oat milk').waitFor({ timeout: AT_ONCE_MS });
      await expectToasts(2);

      await a.complete('Buy oat milk');
      await b.page
        .getByRole('checkbox', { name: 'Complete Buy oat milk', checked: true })
        .waitFor({ timeout: AT_ONCE_MS });
      await expectToasts(3);

      await a.remove('Buy oat milk');
      await b.task('Buy oat milk').waitFor({ state: 'detached', timeout: AT_ONCE_MS });
      await expectToasts(4);

      // A change after all others: had any of them been told twice, or told to A or to Eve, it would have shown by now.
      await a.add('The last one');
      await b.task('The last one').waitFor({ timeout: AT_ONCE_MS });
      await expectToasts(5);
      expect(await b.titles()).toEqual(['The last one']);
      expect(await a.titles()).toEqual(['The last one']);
      expect(await a.toasts()).toEqual([]);
      expect(await eve.tab.toasts()).toEqual([]);
      expect(await eve.tab.titles()).toEqual([]);
      expect(eve.tab.frames.filter(({ message }) => message.type === 'task_update')).toEqual([]);
    },
  );
});
