/**
 * The event bus on Kafka for GitOps Events.
 *
 * @packageDocumentation
 */
export { gitopsEventsModuleKafka as default } from './module';
