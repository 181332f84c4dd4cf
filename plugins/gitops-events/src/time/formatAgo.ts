import { durationInWords } from '@gitops-events/plugin-gitops-events-common';

/** `just now`, `12 s ago`, `4 min ago`; a clock that runs ahead counts as now. */
export function formatAgo(then: string, now: number): string {
  const ms = now - Date.parse(then);
  return ms < 2_000 ? 'just now' : `${durationInWords(ms)} ago`;
}
