// @ts-check
import { floodAttacks } from './flood-attacks.mjs';
import { frameAttacks } from './frame-attacks.mjs';
import { tokenAttacks } from './token-attacks.mjs';

/**
 * @typedef {object} Target
 * @property {string} url `http://127.0.0.1:<port>`
 * @property {string} secret What the service's tokens are signed with: an attacker may be a user.
 * @property {AbortSignal} signal Ends the attack.
 * @property {(answer: string) => void} note Counts what the target did: a close code, an HTTP status, an `error` code.
 */

/**
 * @typedef {object} Attack
 * @property {string} name
 * @property {readonly (readonly string[])[]} refusals Of each list the target has to answer at least one.
 * @property {number} [patienceMs] How long the attack goes on after the watch in the last round, at most, until the target
 *   refuses it: what only a clock refuses takes its time. Milliseconds.
 * @property {(target: Target) => Promise<void>} run
 */

/** @type {readonly Attack[]} */
export const ATTACKS = [...floodAttacks, ...frameAttacks, ...tokenAttacks];
