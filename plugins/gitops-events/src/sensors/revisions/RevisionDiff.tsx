import { useApi } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import type {
  SensorRevision,
  SensorRevisionDetail,
} from '@gitops-events/plugin-gitops-events-common';
import { gitopsEventsApiRef } from '../../api/gitopsEventsApi';
import { DiffViewer } from '../../diff/DiffViewer';
import { ErrorPanel } from '../../feedback/ErrorPanel';
import { LoadingRows } from '../../feedback/LoadingRows';
import { useLive } from '../../live/useLive';
import { absolute } from '../../time/RelativeTime';
import { TryPastEvents } from '../replay/TryPastEvents';
import { SourceText } from '../source/SourceText';

/** What a revision changed against another one; the first shows its whole text. */
export function RevisionDiff(props: {
  sensor: string;
  revision: SensorRevision;
  against: SensorRevision | undefined;
  others: readonly SensorRevision[];
  onAgainst: (revision: number) => void;
}) {
  const { sensor, revision, against, others, onAgainst } = props;
  const api = useApi(gitopsEventsApiRef);
  const params = { name: sensor, revision: revision.revision };
  const query = { against: against?.revision };
  const { value, error, stale, refresh } = useLive({
    key: JSON.stringify([params, query]),
    load: signal => api.call('getSensorRevision', { params, query, signal }),
  });
  return (
    <Box component="section" aria-label="Changes" sx={{ minWidth: 0 }}>
      <Box
        sx={{
          display: 'flex',
          flexWrap: 'wrap',
          alignItems: 'center',
          gap: 1.5,
          mb: 1.5,
        }}
      >
        <Box component="h2" sx={{ fontSize: '0.9375rem', m: 0 }}>
          Revision {revision.revision}
        </Box>
        {others.length > 0 && (
          <TextField
            select
            size="small"
            label="Compared with"
            value={against?.revision ?? ''}
            onChange={event => onAgainst(Number(event.target.value))}
            sx={{ minWidth: 168 }}
          >
            {others.map(other => (
              <MenuItem key={other.revision} value={other.revision}>
                Revision {other.revision}
              </MenuItem>
            ))}
          </TextField>
        )}
        <Box sx={{ color: 'text.secondary', fontSize: '0.8125rem' }}>
          Loaded {absolute(revision.createdAt)}
        </Box>
      </Box>
      <Box sx={{ mb: 1.5 }}>
        <TryPastEvents
          sensor={sensor}
          rule={{ sensor, revision: revision.revision }}
        />
      </Box>
      {error !== undefined && (
        <ErrorPanel
          title="This revision could not be loaded"
          error={error}
          onRetry={refresh}
        />
      )}
      {!value && error === undefined && <LoadingRows rows={3} />}
      {value && (
        <Box sx={{ opacity: stale ? 0.6 : 1 }} aria-busy={stale}>
          <Texts value={value} compared={against !== undefined} />
        </Box>
      )}
    </Box>
  );
}

function Texts(props: { value: SensorRevisionDetail; compared: boolean }) {
  const { value, compared } = props;
  if (value.diff) return <DiffViewer files={[value.diff]} />;
  return (
    <>
      <Box sx={{ color: 'text.secondary', mb: 1 }}>
        {compared
          ? 'The two texts are the same; what changed is how this version of the plugin reads them.'
          : 'There is no earlier one to compare it with. This is its text:'}
      </Box>
      <SourceText label="Source" anchor="R" text={value.yaml} marks={[]} />
    </>
  );
}
