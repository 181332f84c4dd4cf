import { useApi } from '@backstage/core-plugin-api';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import {
  countInWords,
  durationInWords,
  sensorUpdatePermission,
  type BreakerView,
  type SensorView,
} from '@gitops-events/plugin-gitops-events-common';
import { useState } from 'react';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { useRefusalReason } from '../api/useRefusalReason';
import { ActionButton } from '../feedback/ActionButton';
import { DecisionDialog, type Decision } from '../feedback/DecisionDialog';
import { Sentence } from '../navigation/Sentence';
import { RelativeTime, absolute } from '../time/RelativeTime';
import { useNow } from '../time/useNow';

/** Says why runs of a sensor wait for its circuit breaker, until when, and lets one close it. */
export function BreakerNotice(props: {
  sensor: SensorView;
  onChanged: () => void;
}) {
  const { sensor, onChanged } = props;
  const { breaker, name } = sensor;
  const api = useApi(gitopsEventsApiRef);
  const [decision, setDecision] = useState<Decision>();
  const refused = useRefusalReason(sensorUpdatePermission, 'sensor', name);
  if (!breaker || breaker.state === 'closed') return null;
  const ask = () =>
    setDecision({
      title: 'Close the circuit breaker?',
      effect:
        'All runs that wait for it begin now, in their order. If what failed still fails, it opens again.',
      verb: 'Close it',
      decide: async comment => {
        await api.call('resetBreaker', {
          params: { name },
          body: { version: breaker.version, comment },
        });
        onChanged();
      },
    });
  return (
    <>
      <Alert
        severity="warning"
        variant="outlined"
        sx={{
          mb: 2,
          color: 'text.primary',
          flexWrap: { xs: 'wrap', sm: 'nowrap' },
          '& > :first-of-type': { display: { xs: 'none', sm: 'flex' } },
        }}
        action={
          <ActionButton
            color="inherit"
            size="small"
            reason={refused}
            onClick={ask}
          >
            Close it now
          </ActionButton>
        }
      >
        <Said breaker={breaker} />
      </Alert>
      <DecisionDialog
        decision={decision}
        onClose={() => setDecision(undefined)}
      />
    </>
  );
}

function Said({ breaker }: { breaker: BreakerView }) {
  const { state, openedAt, until, failures, reason, scopes } = breaker;
  return (
    <Box sx={{ display: 'grid', gap: 0.5 }}>
      <div>
        <strong>
          {state === 'open'
            ? 'The circuit breaker is open'
            : 'The circuit breaker is being tried'}
        </strong>
        , after {countInWords(failures, 'failure')}
        {openedAt && (
          <>
            {' '}
            <RelativeTime at={openedAt} />
          </>
        )}
        {scopes.length > 0 && (
          <>
            , for <Sentence>{scopes.join(', ')}</Sentence>
          </>
        )}
        .{' '}
        {state === 'open' ? (
          <>
            Its runs wait in their order{' '}
            {until && (
              <>
                and one tries <InTime at={until} />
              </>
            )}
            .
          </>
        ) : (
          'One run tries whether it works again; the others wait for how that ends.'
        )}
      </div>
      {reason && (
        <Box sx={{ color: 'text.secondary' }}>
          The last failure: <Sentence>{reason.message}</Sentence>
        </Box>
      )}
    </Box>
  );
}

function InTime({ at }: { at: string }) {
  const ms = Date.parse(at) - useNow();
  return (
    <time dateTime={at} title={absolute(at)}>
      {ms > 0 ? `in ${durationInWords(ms)}` : 'at any moment'}
    </time>
  );
}
