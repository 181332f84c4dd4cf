import { useApi } from '@backstage/core-plugin-api';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';
import {
  replayInWords,
  type ReplayView,
  type SensorDetail,
} from '@gitops-events/plugin-gitops-events-common';
import { gitopsEventsApiRef } from '../../api/gitopsEventsApi';
import { ErrorPanel } from '../../feedback/ErrorPanel';
import { LoadingRows } from '../../feedback/LoadingRows';
import { useLive } from '../../live/useLive';
import { Section, boxStyle } from '../../navigation/Section';
import { Sentence } from '../../navigation/Sentence';
import { StatusChip } from '../../status/StatusChip';
import { ReplayActions } from './ReplayActions';
import { RedirectReplay } from './RedirectReplay';
import { ReplayRuns } from './ReplayRuns';
import { RunForReal } from './RunForReal';
import { ReplayFindings } from './ReplayFindings';
import {
  effectInWords,
  keptInWords,
  replayStatus,
  ruleInWords,
  timeInWords,
} from './replayWords';

/** What a rule says to past events, beside what was said then: how far it is, the sum, each difference. */
export function ReplayResult(props: { sensor: SensorDetail; id: string }) {
  const { sensor, id } = props;
  const api = useApi(gitopsEventsApiRef);
  const live = useLive({
    key: id,
    load: signal => api.call('getReplay', { params: { id }, signal }),
    moving: ({ state }) => state === 'running',
  });
  const replay = live.value;
  if (!replay) {
    return live.error === undefined ? (
      <LoadingRows rows={3} height={96} />
    ) : (
      <ErrorPanel
        title="The replay could not be loaded"
        error={live.error}
        onRetry={live.refresh}
      />
    );
  }
  const acts = replay.mode !== 'dry';
  const { firesNow } = replay.progress;
  return (
    <Box sx={{ minWidth: 0 }}>
      <Section
        title="Against past events"
        end={<ReplayActions replay={replay} onChanged={live.refresh} />}
      >
        <Box sx={{ ...boxStyle, display: 'grid', gap: 1 }}>
          <Box
            aria-live="polite"
            sx={{
              display: 'flex',
              flexWrap: 'wrap',
              gap: 1,
              alignItems: 'center',
            }}
          >
            <StatusChip status={replayStatus(replay)} />
            <b>{summaryOf(replay)}</b>
          </Box>
          {replay.state !== 'done' && <Progress replay={replay} />}
          <Box sx={{ color: 'text.secondary', fontSize: '0.8125rem' }}>
            <Sentence>
              {`${ruleInWords(replay)} against events of ${timeInWords(replay)}. Asked for by ${replay.createdBy}. ${effectInWords(replay)} ${keptInWords(replay)}`}
            </Sentence>
          </Box>
          {replay.state === 'failed' && replay.reason && (
            <Alert severity="error" variant="outlined">
              <Sentence>{replay.reason.message}</Sentence>
            </Alert>
          )}
          {replay.progress.uncompared > 0 && (
            <Box sx={{ color: 'text.secondary', fontSize: '0.8125rem' }}>
              {`${replay.progress.uncompared.toLocaleString()} fired then and now; there were too many to compare what their runs would write.`}
            </Box>
          )}
        </Box>
      </Section>
      {mayAct(sensor, replay) && (
        <Box
          sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, mt: -1.5, mb: 3 }}
        >
          {firesNow > 0 && <RunForReal sensor={sensor} replay={replay} />}
          <RedirectReplay sensor={sensor} replay={replay} />
        </Box>
      )}
      {acts && <ReplayRuns replay={replay} />}
      {(!acts || differs(replay)) && <ReplayFindings replay={replay} />}
    </Box>
  );
}

/** Once the active revision was tried, what fires may be run. */
function mayAct(sensor: SensorDetail, replay: ReplayView): boolean {
  return (
    replay.mode === 'dry' &&
    replay.state === 'done' &&
    replay.revision === sensor.revision &&
    replay.sensor === sensor.name &&
    replay.progress.fired > 0
  );
}

function differs({ progress }: ReplayView): boolean {
  return progress.firesNow + progress.noLongerFires + progress.other > 0;
}

function summaryOf(replay: ReplayView): string {
  const { state, progress } = replay;
  const early = state === 'running' && progress.decided === 0;
  return early ? 'Looking through the events…' : replayInWords(progress);
}

function Progress({ replay: { progress } }: { replay: ReplayView }) {
  const { passed, total } = progress;
  const share = total === 0 ? 0 : Math.min(100, (passed / total) * 100);
  return (
    <Box sx={{ display: 'grid', gap: 0.5 }}>
      <LinearProgress
        variant="determinate"
        value={share}
        aria-label="Events looked at"
        sx={{ height: 6, borderRadius: 3 }}
      />
      <Box
        sx={{
          color: 'text.secondary',
          fontSize: '0.8125rem',
          fontVariantNumeric: 'tabular-nums',
        }}
      >
        {`${passed.toLocaleString()} of ${total.toLocaleString()} stored events looked at`}
      </Box>
    </Box>
  );
}
