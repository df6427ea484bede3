export { ForeignServer } from './foreign-server';
export * from './real-time-sync-server';
export * from './server-kind';
export * from './server-quirks';
export type { ServerEvent, ServerTask } from './server-task';
export * from './sync-service-server';
export * from './task-update-server';
export * from './taskmd-server';
export * from './todo-server';
