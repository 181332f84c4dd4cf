import { InputError, NotFoundError } from '@backstage/errors';
import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import type { Connection } from './connection';
import { readHeads } from './git/gitRemote';
import { statusOf } from './gitlabAnswer';
import {
  isOpen,
  mergeRequestSchema,
  newestMergeRequest,
  updateMergeRequest,
  type MergeRequest,
} from './mergeRequests';
import { plainText, titleOf } from './plainText';
import { reviewerIds } from './reviewers';

type Request = Parameters<ChangeHost['propose']>[0];

export async function openMergeRequest(
  connection: Connection,
  contains: (commit: string, revision: string) => Promise<boolean>,
  request: Request,
): Promise<MergeRequest> {
  const { base } = request;
  const known = await newestMergeRequest(connection, request.branch);
  const found = known ?? (await create(connection, contains, request));
  if (isOpen(found) && found.target_branch !== base) {
    throw new InputError(
      `Merge request !${found.iid} was pointed at ${found.target_branch}. Point it at ${base} again, or close it.`,
    );
  }
  return known ? describe(connection, known, request) : found;
}

/** GitLab divides labels at commas, so there is none with a comma in it. */
function labelsOf({ labels }: Request): string[] {
  return labels.flatMap(label => label.split(',')).map(label => label.trim());
}

/** A newer run replaced the content: the text follows. What people added stays. */
async function describe(
  connection: Connection,
  known: MergeRequest,
  request: Request,
): Promise<MergeRequest> {
  if (!isOpen(known)) return known;
  const { title, body, draft, reviewers = [] } = request;
  const changes: Record<string, unknown> = {};
  // One that a person took out of draft stays so.
  const wanted = titleOf(title, Boolean(known.draft) && draft !== false);
  if (known.title !== wanted) changes.title = wanted;
  const description = plainText(body);
  if ((known.description ?? '') !== description) {
    changes.description = description;
  }
  const missing = labelsOf(request).filter(
    label => !known.labels.includes(label),
  );
  if (missing.length > 0) changes.add_labels = missing.join(',');
  if ((known.reviewers ?? []).length === 0 && reviewers.length > 0) {
    const ids = await reviewerIds(connection, reviewers);
    if (ids.length > 0) changes.reviewer_ids = ids;
  }
  return Object.keys(changes).length > 0
    ? updateMergeRequest(connection, known.iid, changes)
    : known;
}

async function create(
  connection: Connection,
  contains: (commit: string, revision: string) => Promise<boolean>,
  request: Request,
): Promise<MergeRequest> {
  const { branch, base, title, body } = request;
  const { draft = false, reviewers = [] } = request;
  // GitLab would open one for branches that are not there.
  const heads = await readHeads(connection.git, [branch, base]);
  for (const needed of [base, branch]) {
    if (!heads.has(needed)) {
      throw new NotFoundError(
        `There is no branch ${JSON.stringify(needed)} in ${connection.repository}`,
      );
    }
  }
  if (await contains(heads.get(base)!, heads.get(branch)!)) {
    throw new InputError(`${branch} has nothing that ${base} does not have`);
  }
  try {
    return await connection.api('POST', 'merge_requests', mergeRequestSchema, {
      ...{ source_branch: branch, target_branch: base },
      ...{ title: titleOf(title, draft), description: plainText(body) },
      ...{ labels: labelsOf(request).join(','), squash: true },
      // We remove it ourselves, only as we know it.
      remove_source_branch: false,
      reviewer_ids: await reviewerIds(connection, reviewers),
    });
  } catch (refusal) {
    if (statusOf(refusal) !== 409) throw refusal;
    // Somebody was faster, or our own first try was, whose answer was lost.
    const found = await newestMergeRequest(connection, branch);
    if (found) return found;
    throw refusal;
  }
}
