import { useApi, useRouteRef } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import { useParams } from 'react-router-dom';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { DiffViewer } from '../diff/DiffViewer';
import { ErrorPanel } from '../feedback/ErrorPanel';
import { LoadingRows } from '../feedback/LoadingRows';
import { PageShortcuts } from '../keyboard/PageShortcuts';
import { useLive } from '../live/useLive';
import { PageBody } from '../navigation/PageBody';
import { PageTitle } from '../navigation/PageTitle';
import { Section, boxStyle } from '../navigation/Section';
import { Sentence } from '../navigation/Sentence';
import { changesRouteRef } from '../routes';
import { StatusChip } from '../status/StatusChip';
import { GroupLines } from '../timeline/TimelineGroupItem';
import { isMoving } from '../timeline/groupProgress';
import { Approvals } from './Approvals';
import { ChangeActions } from './ChangeActions';
import { ChangeFacts } from './ChangeFacts';
import { isChangeMoving } from './changeProgress';
import { LineCounts } from './LineCounts';
import { Members } from './Members';
import { Verdicts } from './Verdicts';

const columnsStyle = {
  display: 'grid',
  columnGap: 3,
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 1fr) 340px' },
  gridTemplateAreas: { xs: '"side" "main"', lg: '"main side"' },
} as const;

/** One change: what it writes, what policy and people say to it, and the buttons that decide. */
export function ChangePage() {
  const { id = '' } = useParams();
  return <ChangeDetail key={id} id={id} />;
}

function useChange(id: string) {
  const api = useApi(gitopsEventsApiRef);
  return useLive({
    key: id,
    load: async signal => {
      const params = { id };
      const [change, diff, timeline] = await Promise.all([
        api.call('getChange', { params, signal }),
        api.call('getChangeDiff', { params, signal }),
        api.call('listTimeline', { query: { change: id }, signal }),
      ]);
      return { change, diff, groups: timeline.items };
    },
    moving: ({ change, groups }) =>
      isChangeMoving(change) || groups.some(group => isMoving(group)),
  });
}

function ChangeDetail({ id }: { id: string }) {
  const changes = useRouteRef(changesRouteRef)();
  const live = useChange(id);
  const back = { to: changes, text: 'All changes' };
  if (!live.value) {
    return (
      <PageBody>
        {live.error === undefined ? (
          <LoadingRows />
        ) : (
          <>
            <PageTitle back={back} title="Change" />
            <ErrorPanel
              title="The change could not be loaded"
              error={live.error}
              onRetry={live.refresh}
            />
          </>
        )}
      </PageBody>
    );
  }
  const { change, diff, groups } = live.value;
  return (
    <PageBody>
      <PageShortcuts />
      <PageTitle
        back={back}
        title={change.title}
        chip={<StatusChip status={change.status} />}
        subtitle={
          change.status.sentence !== change.status.word && (
            <Sentence>{change.status.sentence}</Sentence>
          )
        }
        actions={
          <ChangeActions
            change={change}
            diffHash={diff.diffHash}
            onChanged={live.refresh}
          />
        }
      />
      <Box sx={columnsStyle}>
        <Box sx={{ gridArea: 'side', minWidth: 0 }}>
          <Section title="About" boxed>
            <ChangeFacts change={change} />
          </Section>
          <Section title="Policy" boxed>
            <Verdicts verdicts={change.verdicts} />
          </Section>
          <Section title="Approvals" boxed>
            <Approvals change={change} />
          </Section>
          <Section title="Carries" boxed>
            <Members change={change} onChanged={live.refresh} />
          </Section>
        </Box>
        <Box sx={{ gridArea: 'main', minWidth: 0 }}>
          <Section
            title={`Files changed (${diff.files.length})`}
            end={
              <Box sx={{ flex: 1, fontSize: '0.8125rem' }}>
                <LineCounts {...change} />
              </Box>
            }
          >
            <DiffViewer key={diff.revision} files={diff.files} />
          </Section>
          {groups.length > 0 && (
            <Section title="Timeline">
              {groups.slice(0, 5).map(group => (
                <Box
                  key={group.eventUid}
                  sx={{ ...boxStyle, p: 0, pt: 1, mb: 1 }}
                >
                  {groups.length > 1 && (
                    <Box sx={{ px: 2, pb: 0.5, fontWeight: 600 }}>
                      {group.title}
                    </Box>
                  )}
                  <GroupLines group={group} />
                </Box>
              ))}
            </Section>
          )}
        </Box>
      </Box>
    </PageBody>
  );
}
