export * from './backoff';
export * from './client-options';
export * from './close-policy';
export * from './connection-error';
export { registerSource, sourceKey } from './connection-registry';
export * from './connection-state';
export * from './connection-status';
export { DEFAULT_MAX_RETRIES } from './core-client';
export { browserEnvironment, type Environment, type SocketLike } from './environment';
export { NativeSyncClient } from './native-client';
export { ProjectSocket } from './project-socket';
export { WebSocketSyncClient } from './sync-client';
export {
  type UseTaskWebSocketOptions,
  type UseTaskWebSocketResult,
  useTaskWebSocket,
} from './use-task-web-socket';
export { type UseWebSocketOptions, type UseWebSocketResult, useWebSocket } from './use-websocket';
