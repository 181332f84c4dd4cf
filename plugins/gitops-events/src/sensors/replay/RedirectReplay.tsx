import { useApi, useRouteRef } from '@backstage/core-plugin-api';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import {
  replayPace,
  replayRunPermission,
  type RedirectChoice,
  type ReplayView,
  type SensorDetail,
  type Target,
} from '@gitops-events/plugin-gitops-events-common';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { gitopsEventsApiRef } from '../../api/gitopsEventsApi';
import { sentenceOf } from '../../api/refusal';
import { useRefusalReason } from '../../api/useRefusalReason';
import { ActionButton } from '../../feedback/ActionButton';
import { DecisionDialog, type Decision } from '../../feedback/DecisionDialog';
import { Sentence } from '../../navigation/Sentence';
import { sensorRouteRef } from '../../routes';
import { selectionOf } from './replayWords';

/** Offers to let what fires land in another target, where one may choose. */
export function RedirectReplay(props: {
  sensor: SensorDetail;
  replay: ReplayView;
}) {
  const { sensor, replay } = props;
  const { name, revision, paused } = sensor;
  const { fired } = replay.progress;
  const api = useApi(gitopsEventsApiRef);
  const navigate = useNavigate();
  const address = useRouteRef(sensorRouteRef)({ name });
  const refused = useRefusalReason(replayRunPermission, 'sensor', name);
  const [choice, setChoice] = useState<RedirectChoice>();
  const [target, setTarget] = useState<Target>({});
  const [problem, setProblem] = useState<string>();

  const ask = async () => {
    setProblem(undefined);
    try {
      const params = { name };
      const may = await api.call('getRedirectChoice', { params });
      if (may.refused !== undefined) setProblem(may.refused);
      else {
        setTarget({ environment: may.environments[0] });
        setChoice(may);
      }
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  };
  const events = fired === 1 ? '1 event' : `${fired.toLocaleString()} events`;
  const decision: Decision | undefined = choice && {
    title: `Redirect ${events}?`,
    effect: `Revision ${revision} decides them again, ${replayPace.redirected.default} a second at most. What fires makes a run, which writes as ever, but lands in the target you choose. It touches no file that the sensor writes in its own. The diffs above are those of its own target; what it comes to in another, each change shows.`,
    verb: 'Redirect them',
    incomplete: choice.parts.some(part => !target[part]?.trim()),
    fields: <TargetFields {...{ choice, target, setTarget }} />,
    decide: async comment => {
      const { environment = '', ...rest } = target;
      const started = await api.call('createReplay', {
        body: {
          sensor: name,
          mode: 'redirected',
          target: { ...rest, environment },
          events: selectionOf(replay),
          comment,
        },
      });
      navigate(`${address}/test?replay=${started.id}`);
    },
  };
  return (
    <Box sx={{ display: 'contents' }}>
      <ActionButton
        variant="outlined"
        reason={paused ? 'The sensor is paused; resume it first.' : refused}
        onClick={ask}
      >
        {`Redirect ${events}…`}
      </ActionButton>
      {problem !== undefined && (
        <Alert severity="info" variant="outlined" sx={{ width: '100%' }}>
          <Sentence>{problem}</Sentence>
        </Alert>
      )}
      <DecisionDialog
        decision={decision}
        onClose={() => setChoice(undefined)}
      />
    </Box>
  );
}

function TargetFields(props: {
  choice: RedirectChoice;
  target: Target;
  setTarget: (target: Target) => void;
}) {
  const { choice, target, setTarget } = props;
  return (
    <Box sx={{ display: 'grid', gap: 2 }}>
      <TextField
        select
        size="small"
        label="Environment"
        value={target.environment}
        onChange={event =>
          setTarget({ ...target, environment: event.target.value })
        }
      >
        {choice.environments.map(environment => (
          <MenuItem key={environment} value={environment}>
            {environment}
          </MenuItem>
        ))}
      </TextField>
      {choice.parts
        .filter(part => part !== 'environment')
        .map(part => (
          <TextField
            key={part}
            size="small"
            label={part === 'cluster' ? 'Cluster' : 'Tenant'}
            value={target[part] ?? ''}
            inputProps={{ maxLength: 200 }}
            onChange={event =>
              setTarget({ ...target, [part]: event.target.value })
            }
          />
        ))}
    </Box>
  );
}
