// @ts-check

/**
 * @typedef {object} Figures One contender in one page.
 * @property {number} singleMicros Per update, one per turn.
 * @property {number} burstMicros Per update, many per turn.
 * @property {number} drawsPerChange Rows rendered per row that changed, whichever way was worse.
 */

const BURST = 100;
const WARM_UP = { singles: 200, bursts: 20 };
const MEASURED = { singles: 1_000, bursts: 60 };

/** A list that would take longer plays less. */
const LIMIT_MS = 2_000;

/**
 * Opens a page with a list, plays updates through it and closes it again.
 * @param {import('playwright-core').BrowserContext} context @param {string} script
 * @returns {Promise<Figures>}
 */
export async function measurePage(context, script) {
  const page = await context.newPage();
  /** @type {Error[]} */
  const errors = [];
  page.on('pageerror', (error) => errors.push(error));
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable');
  await page.addScriptTag({ content: script });
  await page.waitForFunction(() => bench.inspect().rows === 1_000);

  /** @param {{ turns: number, perTurn: number, isIdle?: boolean }} options */
  const play = async (options) => {
    const before = await threadMicros(session);
    const played = await page.evaluate((given) => bench.play(given), options);
    return { ...played, micros: (await threadMicros(session)) - before };
  };
  /** @param {number} perTurn @param {number} warmUp @param {number} wanted */
  const measure = async (perTurn, warmUp, wanted) => {
    const first = await play({ turns: 10, perTurn });
    await play({ turns: Math.min(warmUp, turnsWithin(LIMIT_MS / 4, first.ms / 10)), perTurn });
    const turns = Math.min(wanted, turnsWithin(LIMIT_MS, first.ms / 10));
    const { micros, draws } = await play({ turns, perTurn });
    const idle = await play({ turns, perTurn, isIdle: true });
    const changes = turns * perTurn;
    return { micros: (micros - idle.micros) / changes, draws: draws / changes };
  };

  const single = await measure(1, WARM_UP.singles, MEASURED.singles);
  const burst = await measure(BURST, WARM_UP.bursts, MEASURED.bursts);
  const { wrong } = await page.evaluate(() => bench.inspect());
  if (errors[0]) throw errors[0];
  if (wrong > 0) throw new Error(`${wrong} rows show something else than they should.`);
  await page.close();
  return {
    singleMicros: single.micros,
    burstMicros: burst.micros,
    drawsPerChange: Math.abs(single.draws - 1) > Math.abs(burst.draws - 1) ? single.draws : burst.draws,
  };
}

/** @param {number} limitMs @param {number} msPerTurn */
function turnsWithin(limitMs, msPerTurn) {
  return Math.max(Math.floor(limitMs / Math.max(msPerTurn, 0.001)), 5);
}

/** Processor time of the page's main thread: what else this machine has to do does not count. @param {import('playwright-core').CDPSession} session */
async function threadMicros(session) {
  const { metrics } = await session.send('Performance.getMetrics');
  const found = metrics.find(({ name }) => name === 'ThreadTime');
  if (found === undefined) throw new Error('This Chromium does not tell the processor time of a page.');
  return found.value * 1e6;
}
