export * from './auto-detect';
export * from './define-connector';
export type { ForeignOptions } from './foreign-options';
export { type NativeOptions, native } from './native';
export * from './real-time-sync';
export * from './sync-service';
export * from './task-update';
export * from './taskmd';
export * from './todo';
