import type {
  FileDiff,
  Reason,
  StoredEvent,
  Verdict,
} from '@gitops-events/plugin-gitops-events-common';
import type { FileWrite } from '@gitops-events/plugin-gitops-events-node';
import type { GitChangeInput } from '@gitops-events/plugin-gitops-events-sensors';
import type { Candidate } from '../change/candidate';
import { changeKeyOf } from '../change/changeKey';
import type { FoldEffects } from '../change/foldRuns';
import { effectId } from '../pipeline/effectId';
import { diffFiles } from '../render/diff';
import { FileTree } from '../render/fileTree';
import type { Run } from '../store/runRow';

/** What a `git:change` would write, and what the checks say to it. */
export interface RehearsedChange {
  /** After the change; deleted ones have no content. */
  files: FileWrite[];
  diff: FileDiff[];
  verdicts: Verdict[];
  mergesItself: boolean;
  /** Each reason why it does not merge itself. */
  whyNot: string[];
  /** Its files and diff are told without their content, which nobody may see. */
  withheld: boolean;
  /** People who have to approve it. */
  approvalsNeeded: number;
}

/** Renders and judges one `git:change` on a tree, which stays as it is. Writes nothing anywhere. */
export async function rehearseChange(what: {
  run: Run;
  /** Of the run, in the order they came. */
  events: StoredEvent[];
  stepId: string;
  input: GitChangeInput;
  tree: FileTree;
  effects: FoldEffects;
}): Promise<RehearsedChange | { reason: Reason }> {
  const { tree, effects } = what;
  const candidate = candidateOf(what);
  const rendered = await effects.render(candidate, tree);
  if ('reason' in rendered) return rendered;
  const after = new FileTree(paths => tree.read(paths));
  after.write(...rendered.files);
  const judged = await effects.judge([candidate], after, { whole: true });
  const diff = diffFiles(await after.changes());
  return judged.withheld
    ? { ...judged, ...withoutContent(rendered.files, diff) }
    : { ...judged, files: rendered.files, diff };
}

function withoutContent(files: FileWrite[], diff: FileDiff[]) {
  return {
    files: files.map(({ path, mode }) => ({ path, mode, content: undefined })),
    diff: diff.map(one => ({ ...one, patch: '' })),
  };
}

function candidateOf(what: {
  run: Run;
  /** Of the run, in the order they came. */
  events: StoredEvent[];
  stepId: string;
  input: GitChangeInput;
}): Candidate {
  const { run, stepId, input } = what;
  const { sensor, generation } = run;
  const changeKey = changeKeyOf({ ...run, stepId }, input);
  const events = what.events.map(({ uid }) => uid);
  return {
    run,
    event: what.events[what.events.length - 1],
    events: what.events,
    effect: {
      effectId: effectId({ events, sensor, stepId, changeKey, generation }),
      runSeq: run.seq,
      generation,
      asOf: 0,
      runId: run.id,
      stepId,
      repository: input.repo,
      base: input.base,
      changeKey,
      state: 'pending',
      input,
      confirmed: false,
      flushBy: 0,
      createdAt: 0,
    },
  };
}
