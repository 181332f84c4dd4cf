import { useApi } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import {
  quarantineReviewPermission,
  type RevertView,
} from '@gitops-events/plugin-gitops-events-common';
import { useState } from 'react';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { useRefusalReason } from '../api/useRefusalReason';
import { ActionButton } from '../feedback/ActionButton';
import { DecisionDialog, type Decision } from '../feedback/DecisionDialog';
import { Sentence } from '../navigation/Sentence';

/** Who took a run back and why, and its root cause, or the button to state it. */
export function RevertState(props: {
  revert: RevertView;
  onChanged: () => void;
}) {
  const { revert, onChanged } = props;
  const { runId, by, comment, done, rootCause } = revert;
  const api = useApi(gitopsEventsApiRef);
  const refused = useRefusalReason(quarantineReviewPermission, 'run', runId);
  const [decision, setDecision] = useState<Decision>();
  const state = () =>
    setDecision({
      title: 'State the root cause?',
      effect:
        'From then on later values are no longer held. Those that are can be released.',
      verb: 'State it',
      commentRequired: true,
      commentLabel: 'Root cause',
      decide: async text => {
        const body = { rootCause: text ?? '' };
        await api
          .call('stateRootCause', { params: { id: runId }, body })
          .finally(onChanged);
      },
    });
  return (
    <Box sx={{ fontSize: '0.8125rem' }}>
      <Sentence>
        {`${done ? 'Reverted' : 'Being reverted'} by ${by}: ${comment}`}
      </Sentence>
      {rootCause ? (
        <Box>
          <Sentence>{`Root cause, by ${rootCause.by}: ${rootCause.text}`}</Sentence>
        </Box>
      ) : (
        <ActionButton size="small" reason={refused} onClick={state}>
          State the root cause…
        </ActionButton>
      )}
      <DecisionDialog
        decision={decision}
        onClose={() => setDecision(undefined)}
      />
    </Box>
  );
}
