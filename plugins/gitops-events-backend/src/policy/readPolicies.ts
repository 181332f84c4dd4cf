import type { RootConfigService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { findExpressionProblem } from '@gitops-events/plugin-gitops-events-sensors';

/** One entry of `gitopsEvents.policies`; exactly one of `deny` and `review`. */
export interface PolicyConfig {
  name: string;
  when?: string;
  deny?: string;
  review?: string;
  /** Of `review`: how many people have to approve. */
  approvals?: number;
  message: string;
}

/** What policies may speak of. */
const names = ['event', 'events', 'run', 'change'];
const maxApprovals = 10;

/** @throws InputError that names the key to mend. */
export function readPolicies(
  policies: ReadonlyArray<ReturnType<RootConfigService['getConfig']>>,
): PolicyConfig[] {
  const read = policies.map((policy, at) =>
    readPolicy(policy, `gitopsEvents.policies[${at}]`),
  );
  for (const [at, { name }] of read.entries()) {
    if (read.findIndex(one => one.name === name) < at) {
      throw new InputError(
        `gitopsEvents.policies[${at}]: there is another policy "${name}"; give each a name of its own`,
      );
    }
  }
  return read;
}

function readPolicy(
  policy: ReturnType<RootConfigService['getConfig']>,
  key: string,
): PolicyConfig {
  const expression = (field: 'when' | 'deny' | 'review') => {
    const text = policy.getOptionalString(field);
    const problem = text && findExpressionProblem(text, names);
    if (!problem) return text;
    throw new InputError(`${key}.${field}: ${problem.message}`);
  };
  const [deny, review] = [expression('deny'), expression('review')];
  if ((deny === undefined) === (review === undefined)) {
    throw new InputError(
      `${key} needs one of \`deny\`, where a change must not be made, and \`review\`, where people have to approve it`,
    );
  }
  const approvals = readApprovals(policy, `${key}.approvals`);
  if (approvals !== undefined && review === undefined) {
    throw new InputError(
      `${key}.approvals goes with \`review\`; what is denied needs none`,
    );
  }
  return {
    name: policy.getString('name'),
    when: expression('when'),
    deny,
    review,
    approvals,
    message: policy.getString('message'),
  };
}

/** @throws InputError when it is no whole number from 1 to 10. */
export function readApprovals(
  config: ReturnType<RootConfigService['getConfig']>,
  key: string,
): number | undefined {
  const approvals = config.getOptionalNumber('approvals');
  const fits =
    approvals === undefined ||
    (Number.isInteger(approvals) &&
      approvals >= 1 &&
      approvals <= maxApprovals);
  if (fits) return approvals;
  throw new InputError(
    `${key} is ${approvals}; use a whole number from 1 to ${maxApprovals}`,
  );
}
