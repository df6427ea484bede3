// @ts-check
// Four servers whose readers all get the same: Taskwire, with its log and its sessions, and three that only send.
import { fileURLToPath } from 'node:url';
import { startChild } from '../child-process.mjs';
import { eventTexts } from './event-texts.mjs';
import { SERVICE_KEY, startService } from './start-service.mjs';
import { tokenOf } from './tokens.mjs';

const PEER = fileURLToPath(new URL('./peer-process.mjs', import.meta.url));
const LIMIT_MS = 30_000;
const USER = 'bench';

/**
 * @typedef {object} Server
 * @property {number} pid
 * @property {(index: number) => import('./swarm-process.mjs').Reader} reader
 * @property {(count: number, mark: string) => Promise<void>} emit Sends so many events in one turn; the mark is in the last.
 * @property {() => Promise<void>} collect Frees what nobody needs, where Node was started with `--expose-gc`.
 * @property {() => Promise<void>} stop
 */

/** @typedef {{ readonly name: string, readonly start: (nodeArgs: readonly string[]) => Promise<Server> }} Contender */

/** @type {readonly Contender[]} */
export const CONTENDERS = [
  { name: 'taskwire', start: startTaskwire },
  { name: 'ws', start: (nodeArgs) => startPeer('ws', nodeArgs) },
  { name: 'crossws', start: (nodeArgs) => startPeer('crossws', nodeArgs) },
  { name: 'socket.io', start: (nodeArgs) => startPeer('socket.io', nodeArgs) },
];

/** Node's own writes of ready frames, by a server that does nothing else. @type {Contender} */
export const BARE_WRITES = { name: 'bare writes', start: (nodeArgs) => startPeer('bare writes', nodeArgs) };

/** @param {readonly string[]} nodeArgs @returns {Promise<Server>} */
async function startTaskwire(nodeArgs) {
  const { pid, url, stop, collect } = await startService({ nodeArgs });
  const token = tokenOf(USER);
  const project = await makeProject(url, token);
  const channels = [{ channel: 'user:me' }, { channel: project }];
  return {
    pid,
    stop,
    collect,
    reader: (index) => ({
      url: `${url.replace('http', 'ws')}/ws`,
      protocol: 'taskwire.v1',
      first: [JSON.stringify({ type: 'hello', token, clientId: `c${index}`, channels })],
      // The inbox starts under its own name.
      ready: [snapshotOf(`user:${USER}`), snapshotOf(project)],
    }),
    async emit(count, mark) {
      const events = eventTexts(count, mark).map((text) => publishedOf(JSON.parse(text)));
      const answer = await fetch(`${url}/api/v1/events`, {
        method: 'POST',
        headers: { authorization: `Bearer ${SERVICE_KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify(events),
      });
      const body = await answer.json();
      if (body.accepted !== count) throw new Error(`Events were answered ${answer.status} ${JSON.stringify(body)}.`);
    },
  };
}

/** @param {string} url @param {string} token @returns {Promise<string>} The channel of a project of the user's. */
async function makeProject(url, token) {
  const answer = await fetch(`${url}/api/v1/projects`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Garden' }),
  });
  const { project } = await answer.json();
  return `project:${project.id}`;
}

/** @param {string} channel How the first page of its snapshot begins. */
function snapshotOf(channel) {
  return `{"type":"snapshot","channel":"${channel}"`;
}

/** @param {{ task: { id: string, title: string }, eventId: string }} message */
function publishedOf({ task, eventId }) {
  return { id: eventId, event_type: 'TASK_ADDED', user_id: USER, task_id: task.id, task };
}

/** @param {'ws' | 'crossws' | 'socket.io' | 'bare writes'} kind @param {readonly string[]} nodeArgs @returns {Promise<Server>} */
async function startPeer(kind, nodeArgs) {
  const child = startChild(PEER, [kind], { execArgv: nodeArgs });
  const { port } = await child.answer(({ type }) => type === 'listening', LIMIT_MS);
  const isSocketIo = kind === 'socket.io';
  const path = isSocketIo ? '/socket.io/?EIO=4&transport=websocket' : '/ws';
  return {
    pid: child.pid,
    stop: child.kill,
    async collect() {
      child.order({ type: 'collect' });
      await child.answer(({ type }) => type === 'collected', LIMIT_MS);
    },
    reader: () => ({
      url: `ws://127.0.0.1:${port}${path}`,
      first: isSocketIo ? ['40'] : [],
      ready: isSocketIo ? ['40{'] : [],
      ...(isSocketIo && { answers: [['2', '3']] }),
    }),
    emit: async (count, mark) => child.order({ type: 'emit', texts: eventTexts(count, mark) }),
  };
}
