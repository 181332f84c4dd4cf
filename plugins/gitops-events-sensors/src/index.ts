export * from './gitChangeInput';
export * from './schema';
