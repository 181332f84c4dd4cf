export {
  createFolderRehearsals,
  type FolderRehearsals,
  type FolderRehearsalsOptions,
  type RehearsedEvent,
} from './folderRehearsals';
export { boundariesOf } from './boundariesOf';
