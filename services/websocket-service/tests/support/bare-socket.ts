import { connect, type Socket } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { SUBPROTOCOL } from '@/lib/protocol';
import { POLLING } from './patience';

/** The first byte of a frame (RFC 6455, section 5.2). */
export const TEXT = 0x1;
export const CONTINUATION = 0x0;
export const PING = 0x9;
export const PONG = 0xa;
export const FINAL = 0x80;
export const RSV1 = 0x40;

/** A masked frame by hand; the mask is zero, so that the payload stands there as it is. */
export function frame(head: number, payload: Buffer | string, isMasked = true): Buffer {
  const bytes = Buffer.from(payload);
  const length = lengthOf(bytes.length);
  length[0] = (length[0] ?? 0) | (isMasked ? 0x80 : 0);
  return Buffer.concat([Buffer.from([head]), length, Buffer.alloc(isMasked ? 4 : 0), bytes]);
}

function lengthOf(bytes: number): Buffer {
  if (bytes < 126) return Buffer.from([bytes]);
  if (bytes < 65_536) return Buffer.from([126, bytes >> 8, bytes & 0xff]);
  const length = Buffer.alloc(9, 127);
  length.writeBigUInt64BE(BigInt(bytes), 1);
  return length;
}

/** Shakes hands over a bare connection. It answers no close and ends when the test does. */
export async function openBare(url: string) {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  let received = Buffer.alloc(0);
  socket.on('error', () => {});
  socket.on('data', (data) => {
    received = Buffer.concat([received, data]);
  });
  socket.write(
    `GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ${SUBPROTOCOL}\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n`,
  );
  await expect.poll(() => received.toString('latin1'), POLLING).toContain('\r\n\r\n');
  const head = received.toString('latin1');
  const closeAt = () => received.indexOf(Buffer.from([0x88]), head.indexOf('\r\n\r\n') + 4);
  /** The code of the close frame that the server sends, past or future. */
  const closeCode = async (): Promise<number> => {
    await expect.poll(closeAt, POLLING).toBeGreaterThan(0);
    return received.readUInt16BE(closeAt() + 2);
  };
  /** What it says beside the code. */
  const closeReason = (): string => received.subarray(closeAt() + 4).toString('utf8');
  /** The server has ended its side. */
  const ended = new Promise<void>((resolve) => socket.once('end', resolve));
  return { socket, head, closeCode, closeReason, ended, text: () => received.toString('utf8') };
}
