'use client';

import { useMemo, useState, useSyncExternalStore } from 'react';
import type { ConnectionState, ConnectionStatus, Undo } from '@/lib/protocol/connection-source';
import { defaultSocketUrl } from '@/lib/protocol/default-socket-url';
import type { TaskMessage } from '@/lib/protocol/dialects/task-update';
import type { Task } from '@/lib/protocol/task';
import { errorOf } from './connection-error';
import { IDLE } from './connection-state';
import { retryCountOf, statusOf } from './connection-status';
import { SourcePort } from './source-port';

/** Options of {@link useWebSocket}. */
export interface UseWebSocketOptions {
  /** The server's socket address. Default: `NEXT_PUBLIC_WEBSOCKET_URL`, else `ws://localhost:8005/ws`. */
  readonly url?: string;
}

/** What {@link useWebSocket} returns; the functions stay the same for the component's life. */
export interface UseWebSocketResult<T extends Task = Task> {
  /** Seed 001's word. */
  readonly status: ConnectionStatus;
  /** The rich state, with `retryAt`, `attempt` and `reason`. */
  readonly connection: ConnectionState;
  /** A sentence for people while something is wrong, else `null`. */
  readonly error: string | null;
  /** Failed attempts since the last lasting connection. */
  readonly retryCount: number;
  readonly isConnected: boolean;
  readonly isConnecting: boolean;
  readonly isDisconnected: boolean;
  readonly hasError: boolean;
  /** Starts, or cuts any wait. */
  readonly connect: () => void;
  /** Ends the connection for everybody who shares it, until `connect()`. */
  readonly disconnect: () => void;
  /** Hears one seed-001 message per event; returns its undo. May be called at any time, also before there is a connection. */
  readonly addListener: (listener: (message: TaskMessage<T>) => void) => Undo;
  readonly removeListener: (listener: (message: TaskMessage<T>) => void) => void;
}

/**
 * The connection of a user, shared by everybody on the page who asks for the same address and user: the one that a
 * `TaskSyncProvider` holds, else one of its own in seed 001's plain form. Connects on mount, disconnects soon after the last
 * unmount. A `null` user opens nothing ([RX1]).
 */
export function useWebSocket<T extends Task = Task>(
  userId: string | null,
  options: UseWebSocketOptions = {},
): UseWebSocketResult<T> {
  const url = options.url ?? defaultSocketUrl();
  const [port] = useState(() => new SourcePort<T>());
  const { subscribe, getSnapshot } = useMemo(() => port.view(url, userId), [port, url, userId]);
  const connection = useSyncExternalStore(subscribe, getSnapshot, serverSnapshot);
  return useMemo(() => describe(connection, port), [connection, port]);
}

function describe<T extends Task>(connection: ConnectionState, port: SourcePort<T>): UseWebSocketResult<T> {
  const status = statusOf(connection);
  const { connect, disconnect, addListener, removeListener } = port;
  return {
    status,
    connection,
    error: errorOf(connection),
    retryCount: retryCountOf(connection),
    isConnected: status === 'connected',
    isConnecting: status === 'connecting',
    isDisconnected: status === 'disconnected',
    hasError: status === 'error',
    connect,
    disconnect,
    addListener,
    removeListener,
  };
}

function serverSnapshot(): ConnectionState {
  return IDLE;
}
