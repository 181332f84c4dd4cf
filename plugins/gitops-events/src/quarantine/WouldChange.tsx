import { useApi, useRouteRef } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { Verdicts } from '../changes/Verdicts';
import { DiffViewer } from '../diff/DiffViewer';
import { ErrorPanel } from '../feedback/ErrorPanel';
import { useLive } from '../live/useLive';
import { TextLink } from '../navigation/TextLink';
import { changeRouteRef } from '../routes';
import { Part } from './Part';

/** What a held run would write, and what policy said to it. */
export function WouldChange(props: {
  changeId: string | undefined;
  /** Policy has seen it: so it was rendered. */
  judged: boolean;
}) {
  const { changeId, judged } = props;
  return (
    <Part title="Would change">
      {changeId ? (
        <Change id={changeId} />
      ) : (
        <Box sx={{ color: 'text.secondary' }}>
          {judged
            ? 'It was rendered and judged, then taken out before anything was written. Released, it is rendered and judged again.'
            : 'It stopped before anything was rendered, so there is no change to show.'}
        </Box>
      )}
    </Part>
  );
}

function Change({ id }: { id: string }) {
  const api = useApi(gitopsEventsApiRef);
  const changeRoute = useRouteRef(changeRouteRef);
  const { value, error, refresh } = useLive({
    key: id,
    load: async signal => {
      const params = { id };
      const [change, diff] = await Promise.all([
        api.call('getChange', { params, signal }),
        api.call('getChangeDiff', { params, signal }),
      ]);
      return { change, diff };
    },
  });
  if (!value) {
    return error === undefined ? (
      <Skeleton variant="rounded" height={80} />
    ) : (
      <ErrorPanel
        title="The change could not be loaded"
        error={error}
        onRetry={refresh}
      />
    );
  }
  return (
    <Box sx={{ display: 'grid', gap: 1.5, minWidth: 0 }}>
      <Verdicts verdicts={value.change.verdicts} />
      <DiffViewer files={value.diff.files} />
      <TextLink to={changeRoute({ id })}>Open the change</TextLink>
    </Box>
  );
}
