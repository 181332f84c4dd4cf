/**
 * The backend of GitOps Events: accepts events, decides, writes reviewed
 * changes to Git and follows them until they are applied.
 *
 * @packageDocumentation
 */
export { gitopsEventsPlugin as default } from './plugin';
export {
  createGitopsEventsConditionalDecision,
  gitopsEventsConditions,
  isOwner,
  ownedResourceRef,
  type OwnedQuery,
  type OwnedResource,
} from './permissions/isOwner';
export {
  boundariesOf,
  createFolderRehearsals,
  type FolderRehearsals,
  type FolderRehearsalsOptions,
  type RehearsedEvent,
} from './rehearse';
