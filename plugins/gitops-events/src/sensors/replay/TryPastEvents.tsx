import { useApi, useRouteRef } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { replayCreatePermission } from '@gitops-events/plugin-gitops-events-common';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { gitopsEventsApiRef } from '../../api/gitopsEventsApi';
import { useRefusalReason } from '../../api/useRefusalReason';
import { ActionButton } from '../../feedback/ActionButton';
import { ErrorPanel } from '../../feedback/ErrorPanel';
import { sensorRouteRef } from '../../routes';

const day = 24 * 3_600_000;
const times = [
  { label: 'The last 24 hours', ms: day },
  { label: 'The last 7 days', ms: 7 * day },
] as const;

/** The rule to try: the active revision, another one, or a text. */
export type TriedRule =
  { sensor: string; revision?: number } | { yaml: string };

/** Decides past events again with a rule, beside what goes on, and opens what comes of it. */
export function TryPastEvents(props: {
  /** Name of the sensor that the rule is compared with. */
  sensor: string;
  rule: TriedRule;
  /** Told instead of shown, where the caller shows it itself. */
  onError?: (error: unknown) => void;
}) {
  const { sensor, rule, onError } = props;
  const api = useApi(gitopsEventsApiRef);
  const navigate = useNavigate();
  const address = useRouteRef(sensorRouteRef)({ name: sensor });
  const refused = useRefusalReason(replayCreatePermission, 'sensor', sensor);
  const [ms, setMs] = useState<number>(times[0].ms);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();

  const start = async () => {
    setBusy(true);
    setError(undefined);
    onError?.(undefined);
    try {
      const from = new Date(Date.now() - ms).toISOString();
      const replay = await api.call('createReplay', {
        body: { ...rule, events: { from } },
      });
      navigate(`${address}/test?replay=${replay.id}`);
    } catch (caught) {
      if (onError) onError(caught);
      else setError(caught);
    }
    setBusy(false);
  };

  return (
    <Box sx={{ minWidth: 0 }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
        <TextField
          select
          size="small"
          value={ms}
          onChange={event => setMs(Number(event.target.value))}
          SelectProps={{ SelectDisplayProps: { 'aria-label': 'Past events' } }}
          sx={{ minWidth: 168, bgcolor: 'background.paper' }}
        >
          {times.map(time => (
            <MenuItem key={time.ms} value={time.ms}>
              {time.label}
            </MenuItem>
          ))}
        </TextField>
        <ActionButton
          variant="outlined"
          reason={refused}
          disabled={busy}
          onClick={start}
        >
          {busy ? 'Starting…' : 'Try against past events'}
        </ActionButton>
      </Box>
      {error !== undefined && (
        <ErrorPanel
          title="The past events could not be tried"
          error={error}
          onRetry={start}
        />
      )}
    </Box>
  );
}
