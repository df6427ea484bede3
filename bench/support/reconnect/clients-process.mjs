// @ts-check
// Many clients of one contender in one process: `node clients-process.mjs <contender> <url> <count>`.
import { subscribe } from 'node:diagnostics_channel';
import { now } from '../statistics.mjs';
import { CONTENDERS } from './contenders.mjs';
import { dueTime, watchTimers } from './timer-watch.mjs';

const [name, url = '', count = '0'] = process.argv.slice(2);
const contender = CONTENDERS.find((candidate) => candidate.name === name);
if (!contender) throw new Error(`No contender is called "${name}".`);

/**
 * When each TCP connection was dialled, whoever dialled it and whatever became of it, and when it was due.
 * @type {{ at: number, due: number }[]}
 */
const dials = [];
// Published by Node for every outgoing TCP socket, before it connects: the same count for every library, up or down.
subscribe('net.client.socket', () => {
  const at = now();
  dials.push({ at, due: dueTime() ?? at });
});
// Before the library is loaded: some keep the `setTimeout` that they find.
watchTimers();

/** When each client was connected first, `NaN` as long as it was not. */
const backs = new Array(Number(count)).fill(Number.NaN);
let connected = 0;
const open = await contender.load();
for (let index = 0; index < backs.length; index += 1) {
  open(url, () => {
    if (!Number.isNaN(backs[index])) return;
    backs[index] = now();
    connected += 1;
    if (connected === backs.length) process.send?.('all connected');
  });
}

// `forget` comes just before the server is killed: what was dialled until then belongs to the beginning.
process.on('message', (order) => {
  if (order === 'forget') {
    dials.length = 0;
    connected = 0;
    backs.fill(Number.NaN);
    process.send?.('forgotten');
  } else process.send?.({ dials, backs });
});
process.on('disconnect', () => process.exit());
