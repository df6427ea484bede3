export * from './connection-indicator';
export * from './notification-toast';
export * from './task-sync-provider';
