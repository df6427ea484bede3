export * from './task-board';
