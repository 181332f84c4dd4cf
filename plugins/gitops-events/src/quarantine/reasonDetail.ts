import {
  verdictSchema,
  type Reason,
  type Verdict,
} from '@gitops-events/plugin-gitops-events-common';
import { codeInWords } from '../navigation/codeInWords';

/** What the checks said, where that is why. */
export function verdictsOf(reason: Reason | undefined): Verdict[] {
  const parsed = verdictSchema
    .array()
    .safeParse(reason?.detail?.verdicts ?? []);
  return parsed.success ? parsed.data : [];
}

/** What the reason knows beside its sentence: the rule, the value it saw. What is no short value stays on record only. */
export function reasonFacts(reason: Reason | undefined): [string, string][] {
  return Object.entries(reason?.detail ?? {}).flatMap(([name, value]) =>
    ['string', 'number', 'boolean'].includes(typeof value) && value !== ''
      ? [[codeInWords(name), String(value)] as [string, string]]
      : [],
  );
}
