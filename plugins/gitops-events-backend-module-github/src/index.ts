/**
 * Changes on GitHub for GitOps Events.
 *
 * @packageDocumentation
 */
export { gitopsEventsModuleGithub as default } from './module';
