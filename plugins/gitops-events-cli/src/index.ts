/**
 * The command line of GitOps Events: `gitops-events lint`, `test`, `describe`.
 *
 * @packageDocumentation
 */
export { main } from './main';
export type { Terminal } from './terminal';
