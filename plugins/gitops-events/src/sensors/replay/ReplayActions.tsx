import { useApi } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import {
  replayCreatePermission,
  type ReplayView,
} from '@gitops-events/plugin-gitops-events-common';
import { useState } from 'react';
import { gitopsEventsApiRef } from '../../api/gitopsEventsApi';
import { sentenceOf } from '../../api/refusal';
import { useRefusalReason } from '../../api/useRefusalReason';
import { ActionButton } from '../../feedback/ActionButton';
import { Sentence } from '../../navigation/Sentence';

const verbs = {
  pauseReplay: 'Pause',
  resumeReplay: 'Resume',
  cancelReplay: 'Cancel',
} as const;

/** Lets a replay stand still, go on, or end. What it found stays, so nobody is asked twice. */
export function ReplayActions(props: {
  replay: ReplayView;
  onChanged: () => void;
}) {
  const { replay, onChanged } = props;
  const { id, state, sensor } = replay;
  const api = useApi(gitopsEventsApiRef);
  const refused = useRefusalReason(replayCreatePermission, 'sensor', sensor);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  if (state !== 'running' && state !== 'paused') return null;

  const decide = async (what: keyof typeof verbs) => {
    setBusy(true);
    setError(undefined);
    try {
      await api.call(what, { params: { id }, body: {} });
    } catch (caught) {
      setError(caught);
    }
    setBusy(false);
    onChanged();
  };
  const button = (what: keyof typeof verbs) => (
    <ActionButton
      size="small"
      variant="outlined"
      color="inherit"
      reason={refused}
      disabled={busy}
      onClick={() => decide(what)}
    >
      {verbs[what]}
    </ActionButton>
  );
  return (
    <Box
      sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center' }}
    >
      {error !== undefined && (
        <Box role="alert" sx={{ color: 'error.main', fontSize: '0.8125rem' }}>
          <Sentence>{sentenceOf(error)}</Sentence>
        </Box>
      )}
      {button(state === 'running' ? 'pauseReplay' : 'resumeReplay')}
      {button('cancelReplay')}
    </Box>
  );
}
