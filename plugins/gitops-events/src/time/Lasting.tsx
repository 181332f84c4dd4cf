import { durationInWords } from '@gitops-events/plugin-gitops-events-common';
import { absolute } from './RelativeTime';
import { useNow } from './useNow';

/** `for 4 min`, ticking; since when on hover. */
export function Lasting({ since }: { since: string }) {
  const now = useNow();
  return (
    <time
      dateTime={since}
      title={absolute(since)}
      style={{ whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' }}
    >
      for {durationInWords(now - Date.parse(since))}
    </time>
  );
}
