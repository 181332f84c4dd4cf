import { useApi, useRouteRef } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import {
  replayPace,
  replayRunPermission,
  type ReplayView,
  type SensorDetail,
} from '@gitops-events/plugin-gitops-events-common';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { gitopsEventsApiRef } from '../../api/gitopsEventsApi';
import { useRefusalReason } from '../../api/useRefusalReason';
import { ActionButton } from '../../feedback/ActionButton';
import { DecisionDialog, type Decision } from '../../feedback/DecisionDialog';
import { sensorRouteRef } from '../../routes';
import { selectionOf } from './replayWords';

/** Offers to run what fires now and did not then. */
export function RunForReal(props: {
  sensor: SensorDetail;
  replay: ReplayView;
}) {
  const { sensor, replay } = props;
  const { name, revision, paused } = sensor;
  const { firesNow } = replay.progress;
  const api = useApi(gitopsEventsApiRef);
  const navigate = useNavigate();
  const address = useRouteRef(sensorRouteRef)({ name });
  const refused = useRefusalReason(replayRunPermission, 'sensor', name);
  const [decision, setDecision] = useState<Decision>();

  const runs = firesNow === 1 ? '1 event' : `${firesNow} events`;
  const ask = () =>
    setDecision({
      title: `Run ${runs} that did not fire then?`,
      effect: `Revision ${revision} decides them again, ${replayPace.real.default} a second at most. What fires makes a run, which writes as ever; where a newer value would be overwritten, it is held for a person.`,
      verb: 'Run them',
      decide: async comment => {
        const started = await api.call('createReplay', {
          body: {
            sensor: name,
            mode: 'real',
            events: { ...selectionOf(replay), said: 'notFired' },
            comment,
          },
        });
        navigate(`${address}/test?replay=${started.id}`);
      },
    });
  return (
    <Box sx={{ display: 'contents' }}>
      <ActionButton
        variant="outlined"
        reason={paused ? 'The sensor is paused; resume it first.' : refused}
        onClick={ask}
      >
        {`Run ${runs} that did not fire then…`}
      </ActionButton>
      <DecisionDialog
        decision={decision}
        onClose={() => setDecision(undefined)}
      />
    </Box>
  );
}
