// @ts-check

/**
 * @typedef {object} Figures What one burst did to one page.
 * @property {number} blockedMs The main thread in tasks, drawing included.
 * @property {number} scriptMs Of it in scripts.
 * @property {number} threadMs The main thread's processor time: what else the machine has to do does not count.
 * @property {number} commits
 * @property {number} errors What the page threw.
 * @property {number} lost Rows that do not show their value when nothing more happens.
 */

const WARM_UPS = 2;

/** A page that did next to nothing for this long is done, milliseconds. */
const QUIET_MS = 250;

/** Next to nothing: what asking for the figures costs, milliseconds. */
const NOISE_MS = 2;

const LIMIT_MS = 60_000;

/**
 * Opens the page of a server and sends bursts through it; measures the last one.
 * @param {import('playwright-core').BrowserContext} context
 * @param {Awaited<ReturnType<typeof import('./burst-server.mjs').startBurstServer>>} server
 * @param {{ rows: number, frames: number }} options
 * @returns {Promise<Figures>}
 */
export async function measureBursts(context, server, { rows, frames }) {
  const page = await context.newPage();
  /** @type {Error[]} */
  const errors = [];
  page.on('pageerror', (error) => errors.push(error));
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable');
  await page.goto(server.url);
  await page.waitForFunction((count) => bench.rows() === count, rows);
  for (let burst = 0; burst < WARM_UPS; burst++) {
    server.burst(frames);
    await quiet(session);
  }
  const commits = await page.evaluate(() => bench.commits());
  const before = await quiet(session);
  const expected = server.burst(frames);
  const after = await quiet(session);
  const figures = {
    blockedMs: after.blockedMs - before.blockedMs,
    scriptMs: after.scriptMs - before.scriptMs,
    threadMs: after.threadMs - before.threadMs,
    commits: (await page.evaluate(() => bench.commits())) - commits,
    errors: errors.length,
    lost: await page.evaluate((titles) => bench.missing(titles), expected),
  };
  await page.close();
  return figures;
}

/** The figures once the page has nothing to do any more; nothing is run in it meanwhile. @param {import('playwright-core').CDPSession} session */
async function quiet(session) {
  const begin = Date.now();
  let last = await metricsOf(session);
  while (Date.now() - begin < LIMIT_MS) {
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    const now = await metricsOf(session);
    if (now.blockedMs - last.blockedMs < NOISE_MS) return now;
    last = now;
  }
  throw new Error(`The page was not done after ${LIMIT_MS} ms.`);
}

/** @param {import('playwright-core').CDPSession} session */
async function metricsOf(session) {
  const { metrics } = await session.send('Performance.getMetrics');
  /** @param {string} name */
  const millis = (name) => (metrics.find((metric) => metric.name === name)?.value ?? Number.NaN) * 1e3;
  return { blockedMs: millis('TaskDuration'), scriptMs: millis('ScriptDuration'), threadMs: millis('ThreadTime') };
}
