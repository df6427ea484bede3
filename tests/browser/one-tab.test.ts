import { describe, expect, it } from 'vitest';
import { createStage } from './support/stage';

const stage = createStage();

const PHONE = { width: 360, height: 740 };

describe('one tab', () => {
  it('can be used with the keyboard alone', async () => {
    const { tab } = await stage.signIn('Kay');
    const { keyboard } = tab.page;
    await tab.waitForConnection(/up to date/i);
    const focusOn = async (name: string) => {
      for (let presses = 0; presses < 40; presses += 1) {
        const focused = tab.page.locator(':focus');
        if ((await focused.count()) > 0 && (await focused.evaluate(nameOf)) === name) return;
        await keyboard.press('Tab');
      }
      throw new Error(`"${name}" cannot be reached with Tab.`);
    };

    await focusOn('New task');
    await keyboard.type('Write');
    await keyboard.press('Enter');
    await tab.task('Write').waitFor();
    await focusOn('Rename Write');
    await keyboard.press('Enter');
    await tab.page.getByRole('textbox', { name: 'Title', exact: true }).waitFor();
    await keyboard.press('ControlOrMeta+A');
    await keyboard.type('Not this');
    await keyboard.press('Escape');
    await tab.task('Write').waitFor();
    await focusOn('Rename Write');
    await keyboard.press('Enter');
    await keyboard.press('ControlOrMeta+A');
    await keyboard.type('Rewrite');
    await keyboard.press('Enter');
    await tab.task('Rewrite').waitFor();
    await focusOn('Complete Rewrite');
    await keyboard.press('Space');
    await tab.page.getByRole('checkbox', { name: 'Complete Rewrite', checked: true }).waitFor();
    await focusOn('Delete Rewrite');
    await keyboard.press('Enter');
    await tab.task('Rewrite').waitFor({ state: 'detached' });
  });

  it('brings a deleted task back by undo', async () => {
    const { tab } = await stage.signIn('Una');
    await tab.waitForConnection(/up to date/i);
    await tab.add('Precious');
    await tab.task('Precious').waitFor();
    await tab.remove('Precious');
    await tab.task('Precious').waitFor({ state: 'detached' });
    await tab.page.getByRole('button', { name: /undo/i }).click();
    await tab.task('Precious').waitFor();
    await tab.waitForConnection(/up to date/i);
    await tab.page.reload();
    await tab.task('Precious').waitFor();
  });

  it('finds tasks by their words', async () => {
    const { tab } = await stage.signIn('Sal');
    await tab.waitForConnection(/up to date/i);
    for (const title of ['Apples', 'Pears']) {
      await tab.add(title);
      await tab.task(title).waitFor();
    }
    await tab.search.fill('pea');
    await tab.task('Apples').waitFor({ state: 'detached' });
    expect(await tab.titles()).toEqual(['Pears']);
    await tab.search.fill('');
    await tab.task('Apples').waitFor();
  });

  it('shows a title that looks like markup as text', async () => {
    const { tab } = await stage.signIn('Xen');
    await tab.waitForConnection(/up to date/i);
    const title = '<img src=x onerror="document.title=1"> & __proto__';
    await tab.add(title);
    await tab.page.getByText(title).waitFor();
    await tab.page.reload();
    await tab.page.getByText(title).waitFor();
    expect(await tab.page.title()).not.toBe('1');
  });

  it('fits a phone without scrolling sideways', async () => {
    const { tab } = await stage.signIn('Pia', { viewport: PHONE, hasTouch: true });
    await tab.waitForConnection(/up to date/i);
    await tab.add(`A long title without any blank: ${'x'.repeat(120)}`);
    await tab.page.getByRole('listitem').first().waitFor();
    expect(await tab.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
    await tab.page.goto(`${stage.appUrl}/login`);
    expect(await tab.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
  });

  it.each([
    ['light', 'lighter'],
    ['dark', 'darker'],
  ] as const)('is readable in %s', async (colorScheme, relation) => {
    const { tab } = await stage.signIn('Dee', { colorScheme });
    await tab.waitForConnection(/up to date/i);
    await tab.add(`Read me in ${colorScheme}`);
    const title = tab.page.getByText(`Read me in ${colorScheme}`, { exact: true }).first();
    await title.waitFor();
    const { ink, paper } = await title.evaluate(colorsOf);
    expect(paper > ink ? 'lighter' : 'darker').toBe(relation);
    expect((Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05)).toBeGreaterThanOrEqual(4.5);
  });
});

/** Runs in the page: what a screen reader calls the element, as far as this page names things. */
function nameOf(element: Element): string {
  const input = element instanceof HTMLInputElement ? element : undefined;
  const label = input?.labels?.[0]?.textContent;
  return (element.getAttribute('aria-label') ?? label ?? element.textContent ?? '').trim();
}

/** Runs in the page: the relative luminance (WCAG 2) of a text and of what it stands on. */
function colorsOf(element: Element): { ink: number; paper: number } {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (!canvas) throw new Error('no canvas');
  const read = (color: string) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data;
    const [r = 0, g = 0, b = 0] = [red, green, blue].map((part) => {
      const share = part / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return { luminance: 0.2126 * r + 0.7152 * g + 0.0722 * b, alpha };
  };
  let paper = 1;
  for (let below: Element | null = element; below; below = below.parentElement) {
    const background = read(getComputedStyle(below).backgroundColor);
    if (background.alpha < 255) continue;
    paper = background.luminance;
    break;
  }
  return { ink: read(getComputedStyle(element).color).luminance, paper };
}
