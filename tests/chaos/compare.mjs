// @ts-check

/**
 * @typedef {import('./reader.mjs').Seen} Seen
 * @typedef {import('./writer.mjs').Acknowledged} Acknowledged
 * @typedef {{ lost: number, doubled: number, disordered: number, examples: string[] }} Verdict
 */

/**
 * Holds what one client saw, in its order, against the log of its channel.
 * @param {readonly Seen[]} seen @param {readonly Seen[]} log From the first event that this client had to see.
 * @returns {Verdict}
 */
export function compareWithLog(seen, log) {
  const verdict = { lost: 0, doubled: 0, disordered: 0, examples: /** @type {string[]} */ ([]) };
  /** @type {Map<string, number>} */
  const times = new Map();
  for (const event of seen) times.set(nameOf(event), (times.get(nameOf(event)) ?? 0) + 1);
  for (const event of log) {
    const count = times.get(nameOf(event)) ?? 0;
    if (count === 0) {
      verdict.lost += 1;
      verdict.examples.push(`lost ${nameOf(event)}`);
    }
  }
  for (const [name, count] of times) {
    if (count < 2) continue;
    verdict.doubled += count - 1;
    verdict.examples.push(`${count} times ${name}`);
  }
  let last = 0;
  for (const event of seen) {
    const expected = log[event.seq - (log[0]?.seq ?? 1)];
    if (event.seq <= last || expected === undefined || nameOf(expected) !== nameOf(event)) {
      verdict.disordered += 1;
      verdict.examples.push(`after ${last}: ${nameOf(event)}`);
    }
    last = event.seq;
  }
  return { ...verdict, examples: verdict.examples.slice(0, 5) };
}

/**
 * Holds what a writer was told against the log: each acknowledged change stands in it once, with the version that was told.
 * @param {readonly Acknowledged[]} acknowledged @param {readonly Seen[]} log
 * @returns {Verdict}
 */
export function compareAcknowledged(acknowledged, log) {
  const verdict = { lost: 0, doubled: 0, disordered: 0, examples: /** @type {string[]} */ ([]) };
  /** @type {Map<string, Seen[]>} */
  const byMutation = new Map();
  for (const event of log) {
    const key = event.mutationId ?? '';
    byMutation.set(key, [...(byMutation.get(key) ?? []), event]);
  }
  for (const { key, taskId, version } of acknowledged) {
    const events = byMutation.get(key) ?? [];
    if (events.length === 0) verdict.lost += 1;
    else if (events.length > 1) verdict.doubled += events.length - 1;
    else if (events[0]?.version !== version) verdict.disordered += 1;
    else continue;
    verdict.examples.push(`${key} of ${taskId} at version ${version}: ${JSON.stringify(events)}`);
  }
  return { ...verdict, examples: verdict.examples.slice(0, 5) };
}

/** @param {Seen} event */
function nameOf({ seq, eventId, taskId, version }) {
  return `${seq} ${eventId} ${taskId} v${version}`;
}
