import type {
  Reason,
  StoredEvent,
  Verdict,
} from '@gitops-events/plugin-gitops-events-common';
import type {
  PolicyCheck,
  ProposedChange,
} from '@gitops-events/plugin-gitops-events-node';
import type { PolicyConfig } from '../config';
import { policyVariables } from './policyVariables';

/** `Sandbox.evaluateCel`: `event` becomes the variable of that name. */
export type EvaluateCel = (
  expression: string,
  variables: Record<string, unknown>,
  event?: StoredEvent,
) => Promise<{ value: unknown } | { reason: Reason }>;

/** The sandbox gave up on the expression; another time, or with less to read, it may answer. */
const gaveUp = ['deadline', 'memory'];

/**
 * One configured policy as a check: denied where `when` and `deny` are true.
 * An expression that fails, or is neither true nor false, denies as well, since
 * it would fail again; one that overran gives `cannot`, which is asked again.
 */
export function celPolicy(
  policy: PolicyConfig,
  evaluateCel: EvaluateCel,
): PolicyCheck {
  const { name } = policy;

  const ask = async (
    key: 'when' | 'deny',
    change: ProposedChange,
  ): Promise<boolean | Verdict> => {
    const expression = policy[key]!;
    const answer = await evaluateCel(
      expression,
      policyVariables(change, expression),
      change.event,
    );
    if ('reason' in answer) {
      const { code, message } = answer.reason;
      return {
        check: name,
        verdict: gaveUp.includes(code) ? 'cannot' : 'deny',
        reasons: [`Its \`${key}\` could not be told. ${message}`],
      };
    }
    return typeof answer.value === 'boolean'
      ? answer.value
      : {
          check: name,
          verdict: 'deny',
          reasons: [`Its \`${key}\` is neither true nor false.`],
        };
  };

  return {
    name,
    async check(change) {
      const pass: Verdict = { check: name, verdict: 'pass', reasons: [] };
      if (policy.when !== undefined) {
        const applies = await ask('when', change);
        if (typeof applies === 'object') return applies;
        if (!applies) return pass;
      }
      const denied = await ask('deny', change);
      if (typeof denied === 'object') return denied;
      return denied
        ? { check: name, verdict: 'deny', reasons: [policy.message] }
        : pass;
    },
  };
}
