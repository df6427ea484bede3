import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { ROOT } from '@/scripts/lib/root.mjs';

/** A WebSocket frame that a page received or sent, parsed. */
export interface SocketFrame {
  readonly direction: 'received' | 'sent';
  /** Counts the page's sockets from 0. */
  readonly socket: number;
  readonly message: Readonly<Record<string, unknown>>;
}

/** What a page did, recorded from before its first request. */
export interface PageWatch {
  /** What went wrong: console errors and warnings, and errors nobody caught. A hydration mismatch is among them. */
  readonly problems: readonly string[];
  readonly frames: readonly SocketFrame[];
  /** How many sockets to the service the page has opened, those that failed among them. */
  socketCount(): number;
  /** Method and address of each request. */
  readonly requests: readonly string[];
  /** The text of every toast ever shown since the page was loaded, oldest first, gone ones too. */
  toasts(): Promise<readonly string[]>;
  /** Leaves a screenshot and everything above in test-results/. */
  save(name: string): Promise<void>;
}

/** A frame's message; an empty one where other servers send bare text or several lines. */
function parse(text: string): SocketFrame['message'] {
  try {
    return JSON.parse(text) as SocketFrame['message'];
  } catch {
    return {};
  }
}

/** Starts recording; call it before the page goes anywhere. */
export async function watchPage(page: Page): Promise<PageWatch> {
  const problems: string[] = [];
  const log: string[] = [];
  const frames: SocketFrame[] = [];
  const requests: string[] = [];
  let sockets = 0;

  page.on('console', (message) => {
    log.push(`${message.type()}: ${message.text()}`);
    if (message.type() === 'error' || message.type() === 'warning')
      problems.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => {
    log.push(`uncaught: ${error.stack ?? error.message}`);
    problems.push(`uncaught: ${error.message}`);
  });
  page.on('request', (request) => requests.push(`${request.method()} ${request.url()}`));
  page.on('websocket', (webSocket) => {
    // Next's development server has a socket of its own.
    if (!new URL(webSocket.url()).pathname.startsWith('/ws')) return;
    const socket = sockets;
    sockets += 1;
    const record = (direction: SocketFrame['direction'], payload: string | Buffer) => {
      log.push(`socket ${socket} ${direction}: ${payload}`);
      frames.push({ direction, socket, message: parse(String(payload)) });
    };
    webSocket.on('framereceived', ({ payload }) => record('received', payload));
    webSocket.on('framesent', ({ payload }) => record('sent', payload));
  });
  await page.addInitScript(recordToasts);

  return {
    problems,
    frames,
    socketCount: () => sockets,
    requests,
    toasts: () => page.evaluate(() => (window as unknown as { shownToasts?: string[] }).shownToasts ?? []),
    async save(name) {
      const folder = join(ROOT, 'test-results');
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `${name}.log`), [...requests, ...log].join('\n'));
      await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true }).catch(() => {});
    },
  };
}

/** Runs in the page: Sonner's toasts go after a while, so each is noted when it appears. */
function recordToasts(): void {
  const shown: string[] = [];
  Object.assign(window, { shownToasts: shown });
  const seen = new WeakSet<Element>();
  new MutationObserver(() => {
    for (const toast of document.querySelectorAll('[data-sonner-toast]')) {
      if (seen.has(toast)) continue;
      seen.add(toast);
      shown.push(toast.textContent ?? '');
    }
  }).observe(document, { childList: true, subtree: true });
}
