import type {
  ChangeHost,
  MergeOutcome,
} from '@gitops-events/plugin-gitops-events-node';
import { z } from 'zod';
import type { Connection } from './connection';
import { statusOf, type GitlabAnswer } from './gitlabAnswer';
import type { MergeRequest } from './mergeRequests';
import { waitsForPipeline } from './waitsFor';

/** Only editions of GitLab that have merge trains name it. */
const project = z.object({ merge_trains_enabled: z.boolean().nullish() });
const car = z.object({ status: z.string() });

/** What a car says that is not on its way any more. */
const arrived = ['merged', 'skip_merged'];

/** Source: `status` on GitLab's page on the pipelines API. */
const underWay = [
  ...['created', 'waiting_for_resource', 'preparing', 'waiting_for_callback'],
  ...['pending', 'running', 'scheduled'],
];

export async function hasMergeTrains({ api }: Connection): Promise<boolean> {
  const { merge_trains_enabled: enabled } = await api('GET', '', project);
  return enabled === true;
}

export async function isOnMergeTrain(
  { api }: Connection,
  number: number,
): Promise<boolean> {
  const known = await api('GET', pathOf(number), car).catch(error => {
    if (statusOf(error) === 404) return undefined;
    throw error;
  });
  return known !== undefined && !arrived.includes(known.status);
}

function pathOf(number: number): string {
  return `merge_trains/merge_requests/${number}`;
}

/**
 * Where the project has merge trains, merging is boarding one: GitLab checks
 * the head as for a merge, takes no message, and a push takes it off again. It
 * boards when its own pipeline is over, never by itself later.
 * Source: GitLab's page on the merge trains API.
 */
export async function joinMergeTrain(
  connection: Connection,
  { head_pipeline: pipeline }: MergeRequest,
  { number, expectedHead }: Parameters<ChangeHost['merge']>[0],
  settle: (refusal: GitlabAnswer) => Promise<MergeOutcome>,
): Promise<MergeOutcome> {
  if (await isOnMergeTrain(connection, number)) {
    return {
      ...{ outcome: 'blocked', message: 'Is on a merge train of GitLab.' },
      checking: true,
    };
  }
  if (pipeline && underWay.includes(pipeline.status)) {
    return {
      ...{ outcome: 'blocked', message: waitsForPipeline(pipeline) },
      checking: true,
    };
  }
  try {
    await connection.api('POST', pathOf(number), z.unknown(), {
      ...{ sha: expectedHead, squash: true },
    });
  } catch (refusal) {
    if (![400, 401, 403, 405, 409, 422].includes(statusOf(refusal) ?? 0)) {
      throw refusal;
    }
    return settle(refusal as GitlabAnswer);
  }
  return {
    outcome: 'blocked',
    message: 'Was put on a merge train of GitLab.',
    checking: true,
  };
}
