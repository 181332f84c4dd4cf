import { useRouteRef } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import type { SensorDetail } from '@gitops-events/plugin-gitops-events-common';
import { EmptyState } from '../../feedback/EmptyState';
import { TextLink } from '../../navigation/TextLink';
import { useUrlFilters } from '../../filters/useUrlFilters';
import { sensorRouteRef } from '../../routes';
import { RevisionDiff } from './RevisionDiff';
import { RevisionList } from './RevisionList';

const names = ['revision', 'against'] as const;

/** Every text that was ever active, and what changed from one to another. */
export function SensorRevisions({ sensor }: { sensor: SensorDetail }) {
  const { revisions, name } = sensor;
  const address = useRouteRef(sensorRouteRef)({ name });
  const { filters, setFilters } = useUrlFilters(names);
  if (revisions.length === 0) {
    return (
      <EmptyState title="No text of it was ever active">
        Each text that passes the checks becomes a revision and is kept here, so
        that one can see what changed and when.{' '}
        <TextLink to={`${address}/source`}>The source</TextLink> shows what to
        mend first.
      </EmptyState>
    );
  }
  const find = (text: string) =>
    revisions.find(({ revision }) => String(revision) === text);
  const chosen = find(filters.revision) ?? revisions[0];
  const earlier = revisions.find(({ revision }) => revision < chosen.revision);
  const against = find(filters.against) ?? earlier;
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 2,
        alignItems: 'start',
        gridTemplateColumns: {
          xs: 'minmax(0, 1fr)',
          md: '300px minmax(0, 1fr)',
        },
      }}
    >
      <RevisionList
        revisions={revisions}
        active={sensor.revision}
        chosen={chosen.revision}
        onChoose={revision =>
          setFilters({ revision: String(revision), against: '' })
        }
      />
      <RevisionDiff
        sensor={name}
        revision={chosen}
        against={against?.revision === chosen.revision ? undefined : against}
        others={revisions.filter(
          ({ revision }) => revision !== chosen.revision,
        )}
        onAgainst={revision => setFilters({ against: String(revision) })}
      />
    </Box>
  );
}
