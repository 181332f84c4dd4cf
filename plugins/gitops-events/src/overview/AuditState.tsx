import { useApi } from '@backstage/core-plugin-api';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { useLive } from '../live/useLive';
import { Facts } from '../navigation/Facts';
import { Section } from '../navigation/Section';
import { RelativeTime } from '../time/RelativeTime';

/** When the record of decisions was last anchored in Git; nothing for those who may not read it. */
export function AuditState() {
  const api = useApi(gitopsEventsApiRef);
  const { value } = useLive({
    key: 'audit',
    load: signal => api.call('getAudit', { signal }),
  });
  if (!value) return null;
  const { last, streams, ref } = value;
  const rows = streams.reduce((sum, { number }) => sum + number, 0);
  return (
    <Section title="Record of decisions" boxed>
      <Facts
        facts={[
          ['Rows', rows.toLocaleString('en')],
          [
            'Anchored',
            last ? (
              <>
                <RelativeTime at={last.at} />, anchor {last.anchor}
              </>
            ) : (
              'not yet'
            ),
          ],
          [
            'In Git',
            <>
              <code>{ref}</code>
              {last && (
                <>
                  {' '}
                  at <code>{last.commit.slice(0, 7)}</code>
                </>
              )}
            </>,
          ],
        ]}
      />
    </Section>
  );
}
