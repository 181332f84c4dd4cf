import { useRouteRef } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import type { SourceView } from '@gitops-events/plugin-gitops-events-common';
import { useState } from 'react';
import { ActionButton } from '../feedback/ActionButton';
import { Sentence } from '../navigation/Sentence';
import { TextLink } from '../navigation/TextLink';
import { refusedMessagesRouteRef } from '../routes';
import { Notice } from '../status/Notice';
import { useMayStop } from '../stops/useMayStop';
import { Lasting } from '../time/Lasting';
import { RelativeTime } from '../time/RelativeTime';
import { GoOnDialog } from './GoOnDialog';
import { stoppedOf, waitsOf, type Stopped } from './troublesOf';

/** What keeps a source from being read: why, what becomes of it, and what one can do. */
export function SourceTroubles(props: {
  source: SourceView;
  onChanged: () => void;
}) {
  const { source, onChanged } = props;
  const mayStop = useMayStop();
  const messages = useRouteRef(refusedMessagesRouteRef)();
  const [asked, setAsked] = useState<readonly Stopped[]>();
  const stopped = stoppedOf(source);
  const waits = waitsOf(source);
  const retired = source.partitions.filter(one => one.retired);
  const othersGoOn = source.partitions.some(
    one => !one.stopped && !one.trouble && !one.retired,
  );
  if (stopped.length + waits.length + retired.length === 0 && !asked) {
    return null;
  }
  const goOn = (partitions: readonly Stopped[], words: string) =>
    mayStop && (
      <ActionButton
        size="small"
        variant="outlined"
        onClick={() => setAsked(partitions)}
      >
        {words}
      </ActionButton>
    );
  return (
    <Box sx={{ px: 2, pb: 2, display: 'grid', gap: 1 }}>
      {stopped.map(one => (
        <Notice
          key={one.partition}
          tone="error"
          action={goOn([one], 'Let it go on…')}
        >
          <span role="alert">
            <strong>Messages were lost in {one.partition}</strong>:{' '}
            {one.stopped.message} Nothing more is read from it until{' '}
            {mayStop ? 'somebody' : 'a platform engineer'} says from where
            {othersGoOn ? '; the other partitions go on' : ''}.
          </span>{' '}
          Noticed <RelativeTime at={one.stopped.since} />.
        </Notice>
      ))}
      {stopped.length > 1 && (
        <div>{goOn(stopped, `Let all ${stopped.length} go on…`)}</div>
      )}
      {waits.map(({ message, since }) => (
        <Notice
          key={message}
          tone="warning"
          action={
            !!source.refused && (
              <TextLink
                to={`${messages}?source=${encodeURIComponent(source.name)}`}
              >
                Refused messages
              </TextLink>
            )
          }
        >
          <strong>
            It waits
            {since && (
              <>
                {' '}
                <Lasting since={since} />
              </>
            )}
          </strong>
          : <Sentence>{message}</Sentence>
        </Notice>
      ))}
      {retired.length > 0 && (
        <Notice tone="neutral">
          <strong>
            {retired.map(({ partition }) => partition).join(', ')}{' '}
            {retired.length === 1 ? 'is' : 'are'} read no more
          </strong>
          : {retired[0].retired?.message}
        </Notice>
      )}
      <GoOnDialog
        key={asked?.map(({ partition }) => partition).join()}
        source={source}
        asked={asked}
        onClose={() => setAsked(undefined)}
        onChanged={onChanged}
      />
    </Box>
  );
}
