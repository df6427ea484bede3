import { CloseCode } from '@/lib/protocol/close-codes';
import type { CommonOptions } from './client-options';
import { browserEnvironment, type SocketLike } from './environment';

/**
 * The same options for a server that refuses tokens by close codes of its own: its sockets close with 4401 instead, so that
 * one table decides for all servers ([BO5]).
 */
export function withRefusals<O extends CommonOptions>(options: O, codes: readonly number[] = []): O {
  if (codes.length === 0) return options;
  const environment = options.environment ?? browserEnvironment;
  const createSocket = (url: string, protocols: string[]) => refusing(environment.createSocket(url, protocols), codes);
  return { ...options, environment: { ...boundTo(environment), createSocket } };
}

function boundTo(environment: NonNullable<CommonOptions['environment']>) {
  return {
    now: () => environment.now(),
    random: () => environment.random(),
    setTimer: environment.setTimer.bind(environment),
    onWake: environment.onWake.bind(environment),
  };
}

function refusing(socket: SocketLike, codes: readonly number[]): SocketLike {
  return {
    get bufferedAmount() {
      return socket.bufferedAmount ?? 0;
    },
    send: (data) => socket.send(data),
    close: (code, reason) => socket.close(code, reason),
    addEventListener(type: string, listener: (event: never) => void) {
      const heard = ({ code, reason }: { code: number; reason: string }) =>
        listener({ code: codes.includes(code) ? CloseCode.unauthorized : code, reason } as never);
      socket.addEventListener(type as 'close', type === 'close' ? heard : (listener as typeof heard));
    },
  };
}
