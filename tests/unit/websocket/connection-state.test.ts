import { describe, expect, it } from 'vitest';
import type { ConnectionState } from '@/lib/protocol';
import { type ConnectionEvent, errorOf, IDLE, retryCountOf, statusOf, transition } from '@/lib/websocket';

const EVENTS: ConnectionEvent[] = [
  { state: 'connecting', attempt: 2 },
  { state: 'handshaking', attempt: 2 },
  { state: 'connected', since: 5 },
  { state: 'waiting', attempt: 2, retryAt: 9, reason: 'closed with 1006' },
  { state: 'failed', attempt: 3, reason: 'forbidden', detail: 'closed with 4403' },
  { state: 'closed' },
];
const STATES: ConnectionState[] = [IDLE, ...EVENTS];

describe('connection state', () => {
  it('[CS1] walks every state with every event', () => {
    const table = STATES.map((state) => {
      const to = EVENTS.map((event) => (transition(state, event) === state ? '-' : transition(state, event).state));
      return `${state.state}: ${to.join(' ')}`;
    });
    expect(table).toMatchInlineSnapshot(`
      [
        "idle: connecting - - - - -",
        "connecting: - handshaking - waiting failed closed",
        "handshaking: connecting - connected waiting failed closed",
        "connected: connecting - - waiting failed closed",
        "waiting: connecting - - - - closed",
        "failed: connecting - - - - closed",
        "closed: connecting - - - - -",
      ]
    `);
  });

  it('[CS1] carries the facts of the event and nothing of the state before', () => {
    for (const state of STATES) {
      for (const event of EVENTS) expect([state, event]).toContain(transition(state, event));
    }
  });

  it('[CS1] does not take an event for its own repetition', () => {
    const connected = transition({ state: 'handshaking', attempt: 1 }, { state: 'connected', since: 1 });
    expect(transition(connected, { state: 'connected', since: 2 })).toBe(connected);
  });

  it('[CS2] maps each state to its word', () => {
    expect(STATES.map((state) => [state.state, statusOf(state)])).toEqual([
      ['idle', 'disconnected'],
      ['connecting', 'connecting'],
      ['handshaking', 'connecting'],
      ['connected', 'connected'],
      ['waiting', 'error'],
      ['failed', 'error'],
      ['closed', 'disconnected'],
    ]);
  });

  it('[CS3] counts the attempts that failed', () => {
    expect(STATES.map(retryCountOf)).toEqual([0, 1, 1, 0, 2, 3, 0]);
  });

  it('[CS4] has a sentence for waiting and for each reason to stop, and for nothing else', () => {
    const sentences = STATES.map(errorOf);
    expect(sentences.map((sentence) => sentence !== null)).toEqual([false, false, false, false, true, true, false]);
    for (const reason of ['needs-auth', 'forbidden', 'protocol', 'retries-exhausted'] as const) {
      expect(errorOf({ state: 'failed', attempt: 1, reason, detail: '' })).toMatch(/^[A-Z].+\.$/);
    }
  });
});
