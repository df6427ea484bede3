import { connect } from 'node:net';
import { onTestFinished } from 'vitest';
import { POLLING } from './patience';

/** Sends bytes as they are. @returns what came back once it `ends` (a pattern that its last part fits) or the server closed. */
export function sendRaw(url: string, request: string, ends?: RegExp): Promise<string> {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname).setEncoding('latin1');
  onTestFinished(() => void socket.destroy());
  return new Promise((resolve, reject) => {
    let received = '';
    const timer = setTimeout(() => reject(new Error(`waited in vain; got ${received}`)), POLLING.timeout);
    const finish = (): void => {
      clearTimeout(timer);
      resolve(received);
    };
    socket.on('data', (text: string) => {
      received += text;
      if (ends?.test(received)) finish();
    });
    socket.on('close', finish);
    socket.on('error', () => {});
    socket.write(request);
  });
}
