import {
  statusOfChange,
  type ChangeView,
  type Involved,
  type Verdict,
} from '@gitops-events/plugin-gitops-events-common';
import { judgeApprovals } from '../policy/approvals';
import type { Approval } from '../store/approvals';
import type { Change } from '../store/changeRow';
import { iso } from './runView';

/** What is sealed in a change's present revision, without its files. */
export interface RevisionSummary {
  baseCommit: string;
  diffHash: string;
  verdicts: Verdict[];
  files: number;
  additions: number;
  deletions: number;
}

export interface ChangeParts {
  change: Change;
  revision: RevisionSummary | undefined;
  /** Of any of its contents. */
  approvals: Array<Approval & { diffHash: string }>;
  /** Who caused it or let it through. */
  involved: Involved[];
  members: ChangeView['members'];
}

export function changeView(parts: ChangeParts): ChangeView {
  const { change, revision, involved, members } = parts;
  const approvals = judgeApprovals({
    approvals: parts.approvals,
    diffHash: revision?.diffHash ?? '',
    involved,
  });
  return {
    id: change.id,
    title: change.title,
    repository: change.repository,
    base: change.base,
    branch: change.branch,
    sensor: change.sensor,
    owner: change.ownerRef,
    entityRef: change.entityRef,
    target: change.target,
    mode: change.mode,
    state: change.state,
    end: change.end,
    reason: change.reason,
    status: statusOfChange({ ...change, owner: change.ownerRef }),
    revision: change.revision,
    baseCommit: revision?.baseCommit ?? '',
    headCommit: change.headCommit,
    mergeCommit: change.mergeCommit,
    ...(change.pullNumber !== undefined && {
      pullRequest: { number: change.pullNumber, url: change.pullUrl },
    }),
    ...(change.direct && { direct: true }),
    files: revision?.files ?? 0,
    additions: revision?.additions ?? 0,
    deletions: revision?.deletions ?? 0,
    verdicts: revision?.verdicts ?? [],
    approvals: approvals.map(({ by, at, comment, notCounted }) => ({
      by,
      at: iso(at),
      comment,
      notCounted,
    })),
    approvalsNeeded: change.approvalsNeeded,
    involved,
    members,
    createdAt: iso(change.createdAt),
    endedAt: change.endedAt === undefined ? undefined : iso(change.endedAt),
    version: change.version,
  };
}
