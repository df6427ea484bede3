import { describe, expect, it } from 'vitest';
import {
  CALM,
  ChannelLogServer,
  createSeededRandom,
  FakeSocket,
  ManualClock,
  SimulatedMachine,
  SimulatedNetwork,
  SocketPair,
} from '@/lib/testing';

describe('the manual clock', () => {
  it('[RS14] runs timers at their times, in their order, and what they start', () => {
    const clock = new ManualClock(5);
    const ran: [string, number][] = [];
    const note = (name: string) => () => ran.push([name, clock.now()]);
    clock.setTimer(30, note('late'));
    clock.setTimer(10, () => {
      note('first')();
      clock.setTimer(5, note('nested'));
      clock.setTimer(500, note('never'));
    });
    const undo = clock.setTimer(20, note('cancelled'));
    undo();
    undo();
    clock.advance(100);
    expect(ran).toEqual([
      ['first', 15],
      ['nested', 20],
      ['late', 35],
    ]);
    expect([clock.now(), clock.pending, clock.nextAt]).toEqual([105, 1, 515]);
  });

  it('[RS14] runs late what was slept through', () => {
    const clock = new ManualClock();
    const ran: number[] = [];
    clock.setTimer(10, () => ran.push(clock.now()));
    clock.sleep(1_000);
    expect(ran).toEqual([]);
    clock.advance(0);
    expect(ran).toEqual([1_000]);
  });
});

describe('the seeded random', () => {
  it('[RS14] draws the same for the same seed, evenly', () => {
    const draws = (seed: number) => {
      const random = createSeededRandom(seed);
      return Array.from({ length: 1_000 }, random);
    };
    expect(draws(1)).toEqual(draws(1));
    expect(draws(1)).not.toEqual(draws(2));
    expect(Math.min(...draws(3))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws(3))).toBeLessThan(1);
    expect(draws(4).reduce((sum, draw) => sum + draw, 0) / 1_000).toBeCloseTo(0.5, 1);
  });
});

describe('the fake socket', () => {
  it('[RS14] behaves as a browser does', () => {
    const socket = new FakeSocket('ws://host');
    const heard: unknown[] = [];
    socket.addEventListener('open', () => heard.push('open'));
    socket.addEventListener('message', ({ data }) => heard.push(data));
    socket.addEventListener('close', ({ code }) => heard.push(code));
    expect(() => socket.send('early')).toThrow('still connecting');
    socket.open();
    socket.open();
    socket.send('now');
    socket.receive({ a: 1 });
    socket.close();
    socket.send('dropped');
    socket.end(4000);
    socket.end(4001);
    expect(heard).toEqual(['open', '{"a":1}', 4000]);
    expect(socket.sent).toEqual(['now']);
    expect(socket.isLive).toBe(false);
  });
});

describe('the socket pair', () => {
  function open() {
    const pair = new SocketPair('ws://host');
    const heard: unknown[] = [];
    pair.server.onMessage((text) => heard.push(`server: ${text}`));
    pair.server.onEnd(() => heard.push('server: end'));
    pair.client.addEventListener('message', ({ data }) => heard.push(`client: ${data}`));
    pair.client.addEventListener('close', ({ code }) => heard.push(`client: ${code}`));
    pair.accept();
    pair.deliverAll();
    return { pair, heard };
  }

  it('[RS14] delivers one by one, when told', () => {
    const { pair, heard } = open();
    pair.client.send('a');
    pair.client.send('b');
    pair.server.send('c');
    expect(heard).toEqual([]);
    expect(pair.deliver('server')).toBe(true);
    expect(heard).toEqual(['server: a']);
    pair.deliverAll();
    expect(heard).toEqual(['server: a', 'server: b', 'client: c']);
    expect(pair.deliver('client')).toBe(false);
  });

  it('[RS14] tells each end of the other one closing, once', () => {
    const first = open();
    first.pair.client.close();
    first.pair.client.close();
    first.pair.deliverAll();
    expect(first.heard).toEqual(['server: end']);
    const second = open();
    second.pair.server.close(4403);
    second.pair.deliverAll();
    expect(second.heard).toEqual(['server: end', 'client: 4403']);
  });

  it('[RS14] lets nothing pass when it was cut', () => {
    const { pair, heard } = open();
    pair.client.send('lost');
    pair.cut();
    pair.server.send('lost');
    pair.server.close(1000);
    pair.deliverAll();
    expect(heard).toEqual(['server: end']);
    expect(pair.client.isLive).toBe(true);
  });
});

describe('the simulated machine', () => {
  it('[RS14] sleeps: nothing runs or arrives, and all of it at the waking', () => {
    for (const clockStops of [false, true]) {
      const world = new ManualClock();
      const machine = new SimulatedMachine(world, clockStops);
      const ran: string[] = [];
      machine.setTimer(1_000, () => ran.push('timer'));
      machine.onWake(() => ran.push('hint'));
      machine.sleep();
      machine.dispatch(() => ran.push('frame'));
      machine.hint();
      world.advance(60_000);
      expect(ran).toEqual([]);
      machine.wake();
      expect(ran).toEqual(clockStops ? ['frame'] : ['timer', 'frame']);
      expect(machine.now()).toBe(clockStops ? 0 : 60_000);
      world.advance(2_000);
      expect(ran).toContain('hint');
      expect(ran).toContain('timer');
      expect(machine.pending).toBe(0);
    }
  });

  it('[RS14] throttles timers to whole minutes', () => {
    const world = new ManualClock();
    const machine = new SimulatedMachine(world, false);
    const ran: number[] = [];
    world.advance(10_000);
    machine.throttle(true);
    machine.setTimer(1_000, () => ran.push(world.now()));
    machine.setTimer(55_000, () => ran.push(world.now()));
    world.advance(200_000);
    expect(ran).toEqual([60_000, 120_000]);
    machine.setTimer(1_000, () => ran.push(world.now()));
    world.advance(5_000);
    machine.throttle(false);
    expect(ran).toEqual([60_000, 120_000, 215_000]);
  });
});

describe('the simulated network', () => {
  function dial(seed = 1) {
    const clock = new ManualClock();
    const random = createSeededRandom(seed);
    const machine = new SimulatedMachine(clock, false);
    const server = new ChannelLogServer(clock);
    const network = new SimulatedNetwork(clock, random, machine, server);
    const connect = () => {
      const socket = network.environment().createSocket('ws://server', ['taskwire.v1']) as FakeSocket;
      const heard: { type: string; seq?: number }[] = [];
      const closes: number[] = [];
      socket.addEventListener('message', ({ data }) => heard.push(JSON.parse(String(data))));
      socket.addEventListener('close', ({ code }) => closes.push(code));
      socket.addEventListener('open', () =>
        socket.send('{"type":"hello","token":"t","clientId":"c","channels":[{"channel":"user:u1"}]}'),
      );
      clock.advance(1_000);
      return { socket, heard, closes };
    };
    return { clock, server, network, connect };
  }

  it('[RS14] carries a conversation with the log server', () => {
    const { clock, server, connect } = dial();
    for (let id = 0; id < 4; id++) server.publish('user:u1', (log) => log.put(`t${id}`, 'old'));
    const { heard } = connect();
    server.publish('user:u1', (log) => log.delete('t1'));
    clock.advance(1_000);
    expect(heard.map(({ type }) => type)).toEqual(['welcome', 'subscribed', 'snapshot', 'snapshot', 'task_update']);
    expect(heard.at(-1)?.seq).toBe(5);
  });

  it('[RS14] refuses when the server is down or the machine is offline', () => {
    const { network, connect } = dial();
    network.isServerUp = false;
    expect(connect().closes).toEqual([1006]);
    network.isServerUp = true;
    network.isOnline = false;
    expect(connect().closes).toEqual([1006]);
  });

  it('[RS14] drops with both ends knowing, and cuts with neither', () => {
    const { clock, server, network, connect } = dial();
    const first = connect();
    expect(server.sessions).toBe(1);
    network.dropAll();
    clock.advance(1_000);
    expect([first.closes, server.sessions]).toEqual([[1006], 0]);
    const second = connect();
    network.cutAll();
    server.publish('user:u1', (log) => log.put('t', 'x'));
    clock.advance(1_000);
    expect([second.closes, second.socket.isLive, server.sessions]).toEqual([[], true, 1]);
  });

  it('[RS14] loses, doubles and swaps live events as the seed says, and nothing else', () => {
    const play = (seed: number) => {
      const { clock, server, network, connect } = dial(seed);
      const { heard } = connect();
      network.faults = { ...CALM, drop: 0.2, duplicate: 0.2, reorder: 0.2 };
      for (let id = 0; id < 50; id++) server.publish('user:u1', (log) => log.put(`t${id}`, 'new'));
      clock.advance(1_000);
      return heard.filter(({ type }) => type === 'task_update').map(({ seq }) => seq ?? 0);
    };
    const seqs = play(5);
    expect(play(5)).toEqual(seqs);
    expect(new Set(seqs).size).toBeLessThan(50);
    expect(new Set(seqs).size).toBeLessThan(seqs.length);
    expect(seqs).not.toEqual([...seqs].sort((a, b) => a - b));
  });
});

describe('the log server', () => {
  it('[RS14] refuses bad frames and bad tokens by their codes', () => {
    const clock = new ManualClock();
    const server = new ChannelLogServer(clock);
    server.isGoodToken = (token) => token === 'good';
    const codeFor = (frame: string) => {
      const pair = new SocketPair('ws://server');
      const codes: number[] = [];
      pair.client.addEventListener('close', ({ code }) => codes.push(code));
      server.accept(pair.server);
      pair.accept();
      pair.deliverAll();
      pair.client.send(frame);
      pair.deliverAll();
      return codes[0];
    };
    expect(codeFor('rubbish')).toBe(4400);
    expect(codeFor('{"type":"hello","token":"bad","clientId":"c","channels":[]}')).toBe(4401);
    expect(codeFor('{"type":"hello","token":"good","clientId":"c","channels":[]}')).toBeUndefined();
    server.newEpoch();
    expect(server.log('user:u1').head).toEqual({ epoch: 'e2', seq: 0 });
  });
});
