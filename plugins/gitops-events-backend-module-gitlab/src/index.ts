/**
 * Changes on GitLab for GitOps Events.
 *
 * @packageDocumentation
 */
export { gitopsEventsModuleGitlab as default } from './module';
