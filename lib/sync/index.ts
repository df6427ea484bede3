export * from './acquire-session';
export { browserDevice, type Device } from './device';
export * from './forget-user';
export * from './outbox-store';
export * from './session';
export * from './session-environment';
export * from './session-options';
export * from './session-registry';
export * from './sync-status';
