export * from './apply-event';
export * from './apply-local';
export * from './apply-snapshot';
export * from './local-port';
export * from './patch';
export * from './replica';
export * from './settle';
export * from './task-port';
