/**
 * Template actions of GitOps Events: `gitops-events:publish` and
 * `gitops-events:wait`.
 *
 * @packageDocumentation
 */
export { scaffolderModuleGitopsEvents as default } from './module';
