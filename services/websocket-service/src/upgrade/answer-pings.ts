import type { WebSocket } from 'ws';

/**
 * Answers protocol pings. Of those that come while a pong is on its way only the latest is answered, which RFC 6455
 * (section 5.5.3) allows: so a burst of them costs neither memory nor the connection.
 */
export function answerPings(socket: WebSocket): void {
  let isAnswering = false;
  let latest: Buffer | undefined;

  const answer = (data: Buffer): void => {
    isAnswering = true;
    socket.pong(data, false, () => {
      isAnswering = false;
      const next = latest;
      latest = undefined;
      if (next !== undefined && socket.readyState === socket.OPEN) answer(next);
    });
  };

  socket.on('ping', (data: Buffer) => {
    if (isAnswering) latest = Buffer.from(data);
    else if (socket.readyState === socket.OPEN) answer(data);
  });
}
