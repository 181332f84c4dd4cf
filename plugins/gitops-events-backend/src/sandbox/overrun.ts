import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { Death, ThreadLimits } from './Thread';

/** Why something was stopped, for a person. */
export function overrun(
  cause: Death['cause'],
  subject: string,
  limits: ThreadLimits,
): Reason {
  const { expressionMs, expressionHeapMb } = limits;
  return cause === 'deadline'
    ? {
        code: 'deadline',
        message: `${subject} took longer than ${expressionMs} ms and was stopped; make it simpler, or its input smaller.`,
        detail: { expressionMs },
      }
    : {
        code: 'memory',
        message: `${subject} needed more than ${expressionHeapMb} MiB and was stopped; make it simpler, or its input smaller.`,
        detail: { expressionHeapMb },
      };
}
