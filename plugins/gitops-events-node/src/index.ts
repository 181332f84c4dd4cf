/**
 * Contracts for those who extend GitOps Events.
 *
 * @packageDocumentation
 */
export * from './action';
export * from './brokerParts';
export * from './bus';
export * from './changeHost';
export * from './eventHeaders';
export * from './eventSource';
export * from './extensions';
export * from './policy';
export * from './recentMap';
export * from './repository';
export * from './repositoryPath';
export * from './retryLater';
export * from './syncTracker';
export * from './webhook';
