import { stringifyEntityRef } from '@backstage/catalog-model';
import { useApi } from '@backstage/core-plugin-api';
import { useEntity, useEntityOwnership } from '@backstage/plugin-catalog-react';
import { InfoCard } from '@backstage/core-components';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { ErrorPanel } from '../feedback/ErrorPanel';
import { LoadingRows } from '../feedback/LoadingRows';
import { useLive } from '../live/useLive';
import { EntityName } from '../navigation/EntityName';
import { TextLink } from '../navigation/TextLink';
import { StatusChip } from '../status/StatusChip';
import { RelativeTime } from '../time/RelativeTime';
import { isMoving } from '../timeline/groupProgress';

/**
 * Card for an entity's overview: its last three events and where they stand.
 *
 * @public
 */
export function EntityTimelineCard() {
  const { entity } = useEntity();
  const entityRef = stringifyEntityRef(entity);
  const { isOwnedEntity } = useEntityOwnership();
  const api = useApi(gitopsEventsApiRef);
  const { value, error, refresh } = useLive({
    key: entityRef,
    load: signal =>
      api.call('listTimeline', { query: { entityRef, limit: 3 }, signal }),
    moving: page => page.items.some(group => isMoving(group)),
  });
  return (
    <InfoCard
      title="Timeline"
      deepLink={{ title: 'View the timeline', link: 'timeline' }}
    >
      {!value && error !== undefined && (
        <ErrorPanel
          title="The timeline could not be loaded"
          error={error}
          onRetry={refresh}
        />
      )}
      {!value && error === undefined && <LoadingRows rows={3} height={40} />}
      {value?.items.length === 0 && (
        <Typography variant="body2" color="text.secondary">
          {isOwnedEntity(entity)
            ? 'Nothing has happened yet. Requests, promotions and alerts that concern it appear here.'
            : 'Nothing that you may see has happened. Requests, promotions and alerts that concern it are shown to its owners and to those who asked for them.'}
        </Typography>
      )}
      <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
        {value?.items.map(group => (
          <Box
            component="li"
            key={group.eventUid}
            sx={{
              py: 1,
              display: 'grid',
              gap: 0.5,
              justifyItems: 'start',
              '& + &': { borderTop: 1, borderColor: 'divider' },
            }}
          >
            <TextLink
              to={`timeline?open=${group.eventUid}`}
              sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}
            >
              {group.title}
            </TextLink>
            <StatusChip status={group.status} sentence />
            <Typography variant="caption" color="text.secondary">
              by <EntityName entityRef={group.requestedBy} />,{' '}
              <RelativeTime at={group.receivedAt} />
            </Typography>
          </Box>
        ))}
      </Box>
    </InfoCard>
  );
}
