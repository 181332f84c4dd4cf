/**
 * Types, schemas, permissions and the typed client of GitOps Events.
 *
 * @packageDocumentation
 */
export * from './audit';
export * from './change';
export * from './client';
export * from './event';
export * from './explanation';
export * from './fourEyes';
export * from './installation';
export * from './intake';
export * from './maskSecrets';
export * from './overview';
export * from './permissions';
export * from './problem';
export * from './quarantineCounts';
export * from './rehearsal';
export * from './reason';
export * from './replay';
export * from './replayInWords';
export * from './revert';
export * from './revertPreview';
export * from './routes';
export * from './run';
export * from './sensor';
export * from './sensorActivity';
export * from './sentences';
export * from './source';
export * from './sourceStatus';
export * from './timelineData';
export * from './status';
export * from './stop';
export * from './timeline';
export * from './words';
