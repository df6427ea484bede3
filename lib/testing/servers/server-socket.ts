import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** As much of a socket of `ws` as the fixture servers use; its own types are not needed to compile against them. */
export interface ServerSocket {
  readonly readyState: number;
  readonly OPEN: number;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  terminate(): void;
  ping(): void;
  on(event: 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'message', listener: (data: unknown) => void): unknown;
}

/** As much of the server of `ws`. */
export interface SocketServer {
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, callback: (client: ServerSocket) => void): void;
  close(): void;
}
