import { durationInWords } from '@gitops-events/plugin-gitops-events-common';
import { absolute } from './RelativeTime';
import { useNow } from './useNow';

/** `in 3 h`, ticking, or `now`; the absolute time on hover. */
export function TimeLeft({ until }: { until: string }) {
  const ms = Date.parse(until) - useNow();
  return (
    <time
      dateTime={until}
      title={absolute(until)}
      style={{ whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' }}
    >
      {ms > 0 ? `in ${durationInWords(ms)}` : 'now'}
    </time>
  );
}
