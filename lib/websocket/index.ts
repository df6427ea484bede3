export * from './backoff';
export * from './client-options';
export * from './close-policy';
export { registerSource, sourceKey } from './connection-registry';
export * from './connection-state';
export * from './connection-status';
export { browserEnvironment, type Environment, type SocketLike } from './environment';
export { DEFAULT_MAX_RETRIES, WebSocketSyncClient } from './sync-client';
export {
  DEFAULT_WEBSOCKET_URL,
  type UseWebSocketOptions,
  type UseWebSocketResult,
  useWebSocket,
} from './use-websocket';
