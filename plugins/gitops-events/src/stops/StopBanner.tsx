import { useApi } from '@backstage/core-plugin-api';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import {
  stopInWords,
  type StopView,
} from '@gitops-events/plugin-gitops-events-common';
import { useState } from 'react';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { ActionButton } from '../feedback/ActionButton';
import { DecisionDialog, type Decision } from '../feedback/DecisionDialog';
import { Sentence } from '../navigation/Sentence';
import { RelativeTime } from '../time/RelativeTime';
import { useMayStop } from './useMayStop';
import { useStops } from './useStops';

/** Says on each page what is stopped, by whom and why, and lets one lift it; nothing while all goes on. */
export function StopBanner() {
  const { stops, refresh } = useStops();
  const mayStop = useMayStop();
  const api = useApi(gitopsEventsApiRef);
  const [decision, setDecision] = useState<Decision>();
  const lift = ({ id, version, scope }: StopView) =>
    setDecision({
      title: 'Let it go on?',
      effect: `${stopInWords(scope)} goes on at once. What waits is written in its order; nothing that waits is lost.`,
      verb: 'Let it go on',
      commentRequired: true,
      decide: async comment => {
        await api.call('liftStop', {
          params: { id },
          body: { version, comment: comment! },
        });
        refresh();
      },
    });
  return (
    <>
      {stops.map(stop => (
        <Alert
          key={stop.id}
          severity="warning"
          variant="outlined"
          sx={{
            mb: 2,
            borderWidth: 2,
            color: 'text.primary',
            flexWrap: { xs: 'wrap', sm: 'nowrap' },
            '& > :first-of-type': { display: { xs: 'none', sm: 'flex' } },
          }}
          action={
            mayStop && (
              <ActionButton
                color="inherit"
                size="small"
                onClick={() => lift(stop)}
              >
                Let it go on
              </ActionButton>
            )
          }
        >
          <Said stop={stop} />
        </Alert>
      ))}
      <DecisionDialog
        decision={decision}
        onClose={() => setDecision(undefined)}
      />
    </>
  );
}

function Said({ stop: { scope, by, at, reason } }: { stop: StopView }) {
  return (
    <Box sx={{ display: 'grid', gap: 0.5, overflowWrap: 'anywhere' }}>
      <div>
        <strong>{stopInWords(scope)} is stopped</strong> by{' '}
        <Sentence>{by}</Sentence>, <RelativeTime at={at} />: {reason}
      </div>
      <Box sx={{ color: 'text.secondary' }}>
        Events keep arriving and wait. They go on by themselves once this is
        lifted.
      </Box>
    </Box>
  );
}
