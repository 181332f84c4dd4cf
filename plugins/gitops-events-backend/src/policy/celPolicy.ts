import type {
  Reason,
  StoredEvent,
  Verdict,
} from '@gitops-events/plugin-gitops-events-common';
import type {
  PolicyCheck,
  ProposedChange,
} from '@gitops-events/plugin-gitops-events-node';
import { policyVariables } from './policyVariables';
import type { PolicyConfig } from './readPolicies';
import { Untold } from './untold';

/** `Sandbox.evaluateCel`: `event` becomes the variable of that name. */
export type EvaluateCel = (
  expression: string,
  variables: Record<string, unknown>,
  event?: StoredEvent,
) => Promise<{ value: unknown } | { reason: Reason }>;

/**
 * One configured policy as a check: denied, or shown to people, where `when` and
 * `deny` or `review` are true. An expression that fails, or is neither true nor
 * false, could not tell, and never passes.
 */
export function celPolicy(
  policy: PolicyConfig,
  evaluateCel: EvaluateCel,
): PolicyCheck {
  const { name, when, deny, review, approvals, message } = policy;

  /** @throws Error that says why it could not be told. */
  const ask = async (
    key: 'when' | 'deny' | 'review',
    expression: string,
    change: ProposedChange,
  ): Promise<boolean> => {
    const answer = await evaluateCel(
      expression,
      policyVariables(change, expression),
      change.event,
    );
    if ('reason' in answer) {
      throw new Untold(`Its \`${key}\` failed. ${answer.reason.message}`);
    }
    if (typeof answer.value === 'boolean') return answer.value;
    throw new Untold(`Its \`${key}\` is neither true nor false.`);
  };

  const verdict = (
    kind: Verdict['verdict'],
    ...reasons: string[]
  ): Verdict => ({ check: name, verdict: kind, reasons });

  return {
    name,
    version: JSON.stringify(policy),
    async check(change) {
      try {
        if (when !== undefined && !(await ask('when', when, change))) {
          return verdict('pass');
        }
        if (deny !== undefined) {
          const denied = await ask('deny', deny, change);
          return denied ? verdict('deny', message) : verdict('pass');
        }
        const asks = await ask('review', review!, change);
        return asks
          ? { ...verdict('review', message), ...(approvals && { approvals }) }
          : verdict('pass');
      } catch (error) {
        if (error instanceof Untold) return verdict('cannot', error.message);
        throw error;
      }
    },
  };
}
