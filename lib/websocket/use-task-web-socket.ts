'use client';

import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { ConnectionState } from '@/lib/protocol/connection-source';
import { defaultSocketUrl } from '@/lib/protocol/default-socket-url';
import { taskmdClient } from '@/lib/protocol/dialects/taskmd';
import { httpOriginOf } from '@/lib/protocol/http-origin-of';
import { sourceKey } from './connection-registry';
import { IDLE } from './connection-state';
import { ProjectSocket } from './project-socket';
import { SourcePort } from './source-port';
import { WebSocketSyncClient } from './sync-client';

/** Options of {@link useTaskWebSocket}. */
export interface UseTaskWebSocketOptions {
  /** The server's address, `http://` or `https://`. Default: the one of `NEXT_PUBLIC_WEBSOCKET_URL`. */
  readonly baseUrl?: string;
  /** A fresh token, sent as `?token=`. Default: none; the browser sends its cookies. The first one given counts. */
  readonly getToken?: () => Promise<string>;
}

/** What {@link useTaskWebSocket} returns. */
export interface UseTaskWebSocketResult {
  /** Hears the project's messages; the same object over all reconnections, `null` without a project. */
  readonly ws: ProjectSocket | null;
  readonly isConnected: boolean;
  /** The rich state. */
  readonly connection: ConnectionState;
}

/**
 * Seed 003's hook: the messages of one project of a TaskMD server, or of Taskwire's service. Comes back by itself, is shared by
 * everybody on the page who asks for the same project, and closes soon after the last one is gone. `null` opens nothing.
 */
export function useTaskWebSocket(
  projectId: string | null,
  { baseUrl = httpOriginOf(defaultSocketUrl()), getToken }: UseTaskWebSocketOptions = {},
): UseTaskWebSocketResult {
  const [port] = useState(() => new SourcePort());
  const [tokens] = useState(() => getToken);
  const url = `${baseUrl.replace(/^http/, 'ws')}/api/v1/projects/${encodeURIComponent(projectId ?? '')}/ws`;
  const ws = useMemo(
    () => (projectId === null ? null : new ProjectSocket(sourceKey(url, projectId), port)),
    [port, url, projectId],
  );
  const { subscribe, getSnapshot } = useMemo(() => {
    const create = () => {
      const hear = ProjectSocket.hearing(sourceKey(url, projectId ?? ''));
      const decode = (value: unknown) => {
        hear(value);
        return taskmdClient.decode(value);
      };
      return new WebSocketSyncClient(url, projectId ?? '', {
        dialogue: { decode, maxFrameBytes: 512, ...(tokens !== undefined && { auth: { query: 'token' } }) },
        getToken: tokens,
        maxRetries: Number.POSITIVE_INFINITY,
      });
    };
    return port.view(url, projectId, create);
  }, [port, url, projectId, tokens]);
  const connection = useSyncExternalStore(subscribe, getSnapshot, () => IDLE);
  useEffect(() => ws?.listen(), [ws]);
  useEffect(() => ws?.become(connection), [ws, connection]);
  return useMemo(() => ({ ws, connection, isConnected: connection.state === 'connected' }), [ws, connection]);
}
