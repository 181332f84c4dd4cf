import { useApi, useRouteRef } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import { replayInWords } from '@gitops-events/plugin-gitops-events-common';
import { gitopsEventsApiRef } from '../../api/gitopsEventsApi';
import { useLive } from '../../live/useLive';
import { TextLink } from '../../navigation/TextLink';
import { sensorRouteRef } from '../../routes';
import { RelativeTime } from '../../time/RelativeTime';
import { modeInWords, replayStatus, ruleInWords } from './replayWords';

const most = 5;

/** The last replays of a sensor, to open them again. */
export function EarlierReplays(props: {
  sensor: string;
  /** The one that is shown: a new one is looked for at once. */
  shown: string;
}) {
  const { sensor, shown } = props;
  const api = useApi(gitopsEventsApiRef);
  const address = useRouteRef(sensorRouteRef)({ name: sensor });
  const { value } = useLive({
    key: `${sensor} ${shown}`,
    load: signal =>
      api.call('listReplays', { query: { sensor, limit: most }, signal }),
    moving: ({ items }) => items.some(({ state }) => state === 'running'),
  });
  if (!value || value.items.length === 0) return null;
  return (
    <Box
      component="ul"
      aria-label="Earlier replays"
      sx={{ m: 0, mt: 1.5, p: 0, listStyle: 'none', display: 'grid', gap: 1 }}
    >
      {value.items.map(replay => (
        <Box
          component="li"
          key={replay.id}
          sx={{ fontSize: '0.8125rem', overflowWrap: 'anywhere' }}
        >
          <TextLink
            to={`${address}/test?replay=${replay.id}`}
            aria-current={replay.id === shown ? 'true' : undefined}
          >
            {ruleInWords(replay)}
          </TextLink>
          <Box component="span" sx={{ color: 'text.secondary' }}>
            {', '}
            {modeInWords(replay)}
            {replay.state === 'done' ? '' : `${replayStatus(replay).word}, `}
            <RelativeTime at={replay.createdAt} />
            {': '}
          </Box>
          {replayInWords(replay.progress)}
        </Box>
      ))}
    </Box>
  );
}
