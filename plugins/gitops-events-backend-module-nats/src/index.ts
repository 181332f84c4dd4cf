/**
 * The event bus on NATS JetStream for GitOps Events.
 *
 * @packageDocumentation
 */
export { gitopsEventsModuleNats as default } from './module';
