export * from './connection-indicator';
export * from './notification-toast';
export { useSyncStatus } from './session-context';
export * from './task-rows';
export * from './task-sync-provider';
