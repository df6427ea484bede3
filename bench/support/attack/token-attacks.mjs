// @ts-check
import { createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import { keepOn, openSocket, pause } from './hostile-socket.mjs';

/** @typedef {import('./attacks.mjs').Attack} Attack */

const SOCKETS = 12;
const HOUR_S = 3_600;
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** Every fault that the token of a hello can have. @type {readonly { name: string, forge: (secret: string) => string }[]} */
const FORGERIES = [
  { name: 'alg none', forge: () => `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims())}.` },
  {
    name: 'swapped algorithm',
    forge(secret) {
      const text = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims())}`;
      return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
    },
  },
  {
    name: 'a key of their own',
    forge() {
      const text = `${encode({ alg: 'RS256', typ: 'JWT', jwk: keys.publicKey.export({ format: 'jwk' }) })}.${encode(claims())}`;
      return `${text}.${createSign('RSA-SHA256').update(text).sign(keys.privateKey, 'base64url')}`;
    },
  },
  { name: 'expired', forge: (secret) => sign(secret, { ...claims(), exp: Math.floor(Date.now() / 1_000) - HOUR_S }) },
  { name: 'wrong audience', forge: (secret) => sign(secret, { ...claims(), aud: 'somewhere else' }) },
  { name: 'another secret', forge: () => sign('not the secret of this service, though as long', claims()) },
];

/** @type {readonly Attack[]} */
export const tokenAttacks = [
  {
    name: 'forged tokens',
    refusals: FORGERIES.map(({ name }) => [`${name}: close 4401`]),
    run: (target) =>
      Promise.all(
        Array.from({ length: SOCKETS }, (_, index) => {
          const { name, forge } = FORGERIES[index % FORGERIES.length] ?? { name: '', forge: () => '' };
          const own = { ...target, note: (/** @type {string} */ answer) => target.note(`${name}: ${answer}`) };
          return keepOn(target.signal, () => tryToken(own, forge(target.secret), index));
        }),
      ).then(() => {}),
  },
];

/** @param {import('./attacks.mjs').Target} target @param {string} token @param {number} index */
async function tryToken(target, token, index) {
  const onMessage = (/** @type {any} */ { type }) => {
    if (type === 'welcome') target.note('welcomed');
  };
  const socket = await openSocket(target, { index: index * 200, onMessage });
  if (!socket) return pause(target.signal, 20);
  socket.send(JSON.stringify({ type: 'hello', token, clientId: 'x', channels: [{ channel: 'user:me' }] }));
  while (socket.readyState === socket.OPEN && !target.signal.aborted) await pause(target.signal, 2);
}

function claims() {
  const now = Math.floor(Date.now() / 1_000);
  return { sub: 'victim', aud: 'taskwire', iat: now, exp: now + HOUR_S };
}

/** @param {string} secret @param {object} body */
function sign(secret, body) {
  const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(body)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

/** @param {unknown} value */
function encode(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
