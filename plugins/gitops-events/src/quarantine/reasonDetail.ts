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

const isId = (value: unknown) => /^[0-9a-f]{32}$/.test(String(value));

/** What the reason knows beside its sentence: the rule, the value it saw. What is an id or no short value stays on record only. */
export function reasonFacts(reason: Reason | undefined): [string, string][] {
  return Object.entries(reason?.detail ?? {}).flatMap(([name, value]) =>
    ['string', 'number', 'boolean'].includes(typeof value) &&
    value !== '' &&
    !isId(value)
      ? [[codeInWords(name), String(value)] as [string, string]]
      : [],
  );
}
