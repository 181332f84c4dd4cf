import type { FileDiff } from '@gitops-events/plugin-gitops-events-common';
import type { ProposedChange } from '@gitops-events/plugin-gitops-events-node';
import type { FilePair } from '../render/diff';
import type { FileTree } from '../render/fileTree';
import type { Candidate } from './candidate';
import { shownContext } from './shownContext';

/** What the checks are shown, in the name of the first of these candidates. */
export function proposedChange(what: {
  repository: string;
  base: string;
  candidates: [Candidate, ...Candidate[]];
  tree: FileTree;
  pairs: FilePair[];
  diff: FileDiff[];
}): ProposedChange {
  const { repository, base, candidates, tree, pairs, diff } = what;
  const [{ run, event }] = candidates;
  return {
    repository,
    base,
    sensor: run.sensor,
    owner: run.ownerRef,
    mode: run.mode,
    entityRef: run.entityRef,
    target: run.target,
    event,
    events: candidates.flatMap(({ events }) => events),
    texts: candidates.flatMap(textsOf),
    diff,
    files: pairs.flatMap(({ path, before, after }) =>
      after ? [{ path, content: after.content, before: before?.content }] : [],
    ),
    read: paths => tree.read(paths),
    readBefore: paths => tree.readBefore(paths),
  };
}

/** What the text of the pull request takes from a run. */
function textsOf({ run, effect }: Candidate): string[] {
  const { title, body, labels } = effect.input.pullRequest;
  return [
    ...[run.title, title, body].filter(text => text !== undefined),
    ...labels,
    ...shownContext(run).map(([name, value]) => `${name}: ${value}`),
  ];
}
