import { type Browser, chromium, type Page } from 'playwright-core';

/** How every test starts Chromium: without a window, and talking to nobody but the pages. */
export const CHROMIUM_ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts a browser with a fresh profile that talks to nobody but the pages. */
export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: CHROMIUM_ARGS });
}

/** Signs in by name at `/login`, as a person does; settles on `/tasks`. */
export async function signInAt(page: Page, appUrl: string, name: string): Promise<void> {
  await page.goto(`${appUrl}/login`);
  await page.getByRole('textbox', { name: 'Name' }).fill(name);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/tasks');
}
