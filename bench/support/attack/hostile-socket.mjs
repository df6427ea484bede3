// @ts-check
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { tokenOf } from '../service/tokens.mjs';

/** Sockets of one address, below the service's bound. */
const PER_ADDRESS = 800;

/** Attackers dial from many addresses. @param {number} index */
export function addressOf(index) {
  return `127.0.1.${1 + Math.floor(index / PER_ADDRESS)}`;
}

/** @param {string} url */
export function socketUrlOf(url) {
  return `${url.replace('http', 'ws')}/ws`;
}

/**
 * A socket of the native protocol that notes how it ends.
 * @param {import('./attacks.mjs').Target} target
 * @param {{ readonly index?: number, readonly headers?: Readonly<Record<string, string>>, readonly onMessage?: (message: any) => void }} [options]
 * @returns {Promise<WebSocket | undefined>} `undefined` when it was not opened.
 */
export function openSocket({ url, signal, note }, { index = 0, headers = {}, onMessage } = {}) {
  return new Promise((resolve) => {
    const socket = new WebSocket(socketUrlOf(url), ['taskwire.v1'], {
      perMessageDeflate: false,
      localAddress: addressOf(index),
      headers: { ...headers },
    });
    socket.on('open', () => resolve(socket));
    socket.on('unexpected-response', (_request, response) => {
      note(`HTTP ${response.statusCode}`);
      response.destroy();
      resolve(undefined);
    });
    socket.on('message', (data) => {
      if (!onMessage) return;
      onMessage(JSON.parse(data.toString()));
    });
    socket.on('close', (code) => {
      if (!signal.aborted) note(`close ${code}`);
      resolve(undefined);
    });
    socket.on('error', () => resolve(undefined));
    signal.addEventListener('abort', () => socket.terminate(), { once: true });
  });
}

/** Says hello as a real user. @param {WebSocket} socket @param {string} userId */
export function sayHello(socket, userId) {
  const hello = {
    type: 'hello',
    token: tokenOf(userId, { aud: 'taskwire' }),
    clientId: 'attacker',
    channels: [{ channel: 'user:me' }],
  };
  socket.send(JSON.stringify(hello));
}

/** A bare TCP connection; ends with the attack. @param {import('./attacks.mjs').Target} target @param {number} index */
export function openRaw({ url, signal, note }, index) {
  const { port, hostname } = new URL(url);
  const raw = connect({ port: Number(port), host: hostname, localAddress: addressOf(index) });
  raw.on('error', () => {});
  raw.on('data', (data) => {
    const status = /^HTTP\/1\.1 (\d+)/.exec(data.toString('latin1'))?.[1];
    if (status && status !== '101') note(`HTTP ${status}`);
  });
  raw.on('close', () => {
    if (!signal.aborted) note('TCP closed');
  });
  signal.addEventListener('abort', () => raw.destroy(), { once: true });
  return raw;
}

/** Does something again and again until the attack ends. @param {AbortSignal} signal @param {() => Promise<void> | void} act */
export async function keepOn(signal, act) {
  while (!signal.aborted) {
    await act();
    // The attacker shares the machine with whom it attacks: it must hear the order to end.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** @param {AbortSignal} signal @param {number} ms */
export function pause(signal, ms) {
  return sleep(ms, undefined, { signal }).catch(() => {});
}

/** Settles when the attack ends. @param {AbortSignal} signal */
export function ended(signal) {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
