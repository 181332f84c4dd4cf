import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import type { FileTree } from '../render/fileTree';
import { baseTree } from './baseTree';
import { findBase } from './findBase';

/** The newest files of a branch, or why there are none. */
export type BaseOf = (
  repository: string,
  base: string,
) => Promise<FileTree | { reason: Reason }>;

/** Bases as their hosts have them; each is looked up once. */
export function hostBases(hosts: readonly ChangeHost[]): BaseOf {
  const known = new Map<string, ReturnType<BaseOf>>();
  const find: BaseOf = async (repository, base) => {
    const found = await findBase(hosts, { repository, base });
    return 'reason' in found
      ? found
      : baseTree(found.host, repository, found.head);
  };
  return (repository, base) => {
    const key = JSON.stringify([repository, base]);
    const tree = known.get(key) ?? find(repository, base);
    known.set(key, tree);
    return tree;
  };
}
