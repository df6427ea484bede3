// @ts-check
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { tokenOf } from '../service/tokens.mjs';

/** Between two changes, milliseconds: a person, not another attack. */
const PAUSE_MS = 5;
/** A change that takes longer counts as this long, milliseconds. */
const LIMIT_MS = 10_000;

/**
 * Somebody who only works: changes go in over HTTP, their events come back over a socket.
 * @param {string} url
 */
export async function openBystander(url) {
  const token = tokenOf('bystander', { aud: 'taskwire' });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, ['taskwire.v1'], { perMessageDeflate: false });
  let hear = (/** @type {string} */ _text) => {};
  socket.on('message', (data) => hear(data.toString()));
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('open', resolve));
  const subscribed = new Promise((resolve) => {
    hear = (text) => text.includes('"type":"snapshot"') && resolve(undefined);
  });
  socket.send(JSON.stringify({ type: 'hello', token, clientId: 'bystander', channels: [{ channel: 'user:me' }] }));
  await subscribed;

  const timeChange = async () => {
    const id = crypto.randomUUID();
    const begin = performance.now();
    const heard = new Promise((resolve) => {
      const timer = setTimeout(resolve, LIMIT_MS);
      hear = (text) => {
        if (!text.includes(id)) return;
        clearTimeout(timer);
        resolve(undefined);
      };
    });
    const body = JSON.stringify({ id, title: 'Water the plants' });
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    const sent = request(`${url}/api/v1/tasks`, { method: 'POST', agent, headers }, (response) => response.resume());
    sent.on('error', () => {});
    sent.end(body);
    await heard;
    return performance.now() - begin;
  };

  return {
    /** @param {number} ms @returns {Promise<readonly number[]>} How long each change took, milliseconds. */
    async workFor(ms) {
      const times = [];
      for (const end = performance.now() + ms; performance.now() < end; await sleep(PAUSE_MS))
        times.push(await timeChange());
      return times;
    },
    close() {
      socket.terminate();
      agent.destroy();
    },
  };
}
