export * from './fake-socket';
export * from './manual-clock';
export * from './manual-environment';
