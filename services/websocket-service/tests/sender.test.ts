import { execFile } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadNativeSender } from '@/adapters/native/load-native-sender';
import { Lane } from '@/ports/lane';
import type { Logger } from '@/ports/logger';
import { FASTEST_SENDER, NATIVE_SENDER, SENDERS } from './support/senders';
import { createTempDir } from './support/temp-dir';

const BUILD = fileURLToPath(new URL('../build.mjs', import.meta.url));

/** An accepted connection whose other end reads nothing. */
async function silentReader(): Promise<{ readonly descriptor: number; readonly client: Socket }> {
  const server = createServer();
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const client = connect({ port: typeof address === 'object' ? (address?.port ?? 0) : 0, host: '127.0.0.1' }).pause();
  const wire = await accepted;
  onTestFinished(() => {
    wire.destroy();
    client.destroy();
    server.close();
  });
  return { descriptor: Lane.of(wire)?.descriptor ?? -1, client };
}

/** All that comes until as many bytes are there. */
function read(client: Socket, length: number): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    client.on('data', (chunk) => {
      text += chunk.toString();
      if (text.length >= length) resolve(text);
    });
    client.resume();
  });
}

function silentLog() {
  const warnings: string[] = [];
  const log: Logger = { debug() {}, info() {}, warn: (_facts, message) => void warnings.push(message), error() {} };
  return { log, warnings };
}

describe.each(SENDERS)('%s', (_, sender) => {
  it('[SV158] says how much was taken, and 0 where nothing can be', async () => {
    const { descriptor } = await silentReader();
    const bytes = Buffer.alloc(50_000_000);
    const taken = sender.toOne(descriptor, bytes);
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThan(bytes.length);
    while (sender.toOne(descriptor, bytes) > 0);
    expect(sender.toOne(descriptor, bytes)).toBe(0);
    expect(sender.toOne(-1, bytes)).toBe(0);
  });

  it('[SV159] sends to so many as it is told, and says of each what it took', async () => {
    const readers = [await silentReader(), await silentReader(), await silentReader()];
    const full = await silentReader();
    while (sender.toOne(full.descriptor, Buffer.alloc(1_000_000)) > 0);
    const [first, second, third] = readers.map(({ descriptor }) => descriptor) as [number, number, number];
    const taken = Int32Array.of(9, 9, 9, 9, 9, 9);
    const descriptors = Int32Array.of(first, full.descriptor, -1, second, third, third);
    expect(sender.toAll(descriptors, 4, Buffer.from('some'), taken)).toBe(2);
    expect([...taken]).toEqual([4, 0, 0, 4, 9, 9]);
    expect(sender.toAll(Int32Array.of(third), 1, Buffer.from('else'), taken)).toBe(1);
    expect(sender.toAll(descriptors, 0, Buffer.from('none'), taken)).toBe(0);
    expect(await Promise.all(readers.map(({ client }) => read(client, 4)))).toEqual(['some', 'some', 'else']);
  });

  it('[SV111] takes lists without anything in them, which have no memory', async () => {
    const { descriptor } = await silentReader();
    expect(sender.toAll(new Int32Array(0), 0, Buffer.from('a'), new Int32Array(0))).toBe(0);
    expect(sender.toOne(descriptor, Buffer.alloc(0))).toBe(0);
    const taken = Int32Array.of(9, 9);
    expect(sender.toAll(Int32Array.of(descriptor, -1), 2, Buffer.alloc(0), taken)).toBe(2);
    expect([...taken]).toEqual([0, 0]);
  });
});

describe('the native sender', () => {
  const [, native] = SENDERS.find(([name]) => name.includes('native')) ?? [];

  it('[SV159] is what a service that was built on Linux uses', () => {
    expect(native === undefined).toBe(process.platform !== 'linux');
    expect(FASTEST_SENDER).toBe(native ?? SENDERS[0]?.[1]);
  });

  it.each<[what: string, sender: string, ...given: unknown[]]>([
    ['no arguments', 'toOne'],
    ['a descriptor that is no number', 'toOne', '1', Buffer.from('a')],
    ['bytes that are text', 'toOne', 1, 'a'],
    ['bytes that are numbers', 'toOne', 1, Int32Array.of(1)],
    ['too few arguments', 'toAll', Int32Array.of(1), 1, Buffer.from('a')],
    ['descriptors in a plain list', 'toAll', [1], 1, Buffer.from('a'), new Int32Array(1)],
    ['descriptors of another type', 'toAll', Uint32Array.of(1), 1, Buffer.from('a'), new Int32Array(1)],
    ['more than there are descriptors', 'toAll', Int32Array.of(1), 2, Buffer.from('a'), new Int32Array(2)],
    ['more than there is room for answers', 'toAll', Int32Array.of(1, 2), 2, Buffer.from('a'), new Int32Array(1)],
    ['a negative count', 'toAll', Int32Array.of(1), -1, Buffer.from('a'), new Int32Array(1)],
  ])('[SV159] refuses %s', (_, method, ...given) => {
    const call = () => Reflect.apply(Reflect.get(FASTEST_SENDER, method), undefined, given);
    if (native !== undefined) expect(call).toThrow(TypeError);
    else expect(process.platform).not.toBe('linux');
  });

  it('[SV159] writes into no file', () => {
    const file = join(createTempDir(), 'others');
    const descriptor = openSync(file, 'w');
    if (native !== undefined) expect(native.toOne(descriptor, Buffer.from('a'))).toBe(0);
    closeSync(descriptor);
    expect(readFileSync(file, 'utf8')).toBe('');
  });

  it('[SV159] is not used where there is none, nor where it can’t be loaded, which the log tells', () => {
    const { log, warnings } = silentLog();
    const file = join(createTempDir(), 'sender.node');
    expect(loadNativeSender(pathToFileURL(file), log)).toBeUndefined();
    expect(warnings).toEqual([]);
    writeFileSync(file, 'built for something else');
    expect(loadNativeSender(pathToFileURL(file), log)).toBeUndefined();
    expect(warnings).toEqual([expect.stringMatching(/build the service on this machine, or delete the file/)]);
  });
});

describe('the build', () => {
  it('[SV159] goes on without a C compiler, says what that costs, and leaves no older sender', async () => {
    const outfile = join(createTempDir(), 'main.js');
    const build = async (env: NodeJS.ProcessEnv) => {
      const { stdout } = await promisify(execFile)(process.execPath, [BUILD, outfile], {
        env: { ...process.env, ...env },
      });
      return { stdout, built: [outfile, join(outfile, '..', 'sender.node')].map((file) => existsSync(file)) };
    };
    const isLinux = process.platform === 'linux';
    expect(await build({})).toEqual({ stdout: '', built: [true, isLinux] });
    const without = await build({ CC: join(createTempDir(), 'none') });
    expect(without.built).toEqual([true, false]);
    expect(without.stdout).toMatch(isLinux ? /No C compiler.*apt-get install -y gcc libc6-dev/ : /^$/);
    expect(existsSync(fileURLToPath(NATIVE_SENDER))).toBe(isLinux);
  });
});
