export * from './acquire-session';
export * from './session';
export * from './session-environment';
export * from './session-registry';
export * from './sync-status';
