import { useApi } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import {
  changeApprovePermission,
  changeMergePermission,
  countInWords,
  repositoryInWords,
  type ChangeView,
} from '@gitops-events/plugin-gitops-events-common';
import { useState } from 'react';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { useRefusalReason } from '../api/useRefusalReason';
import { ActionButton } from '../feedback/ActionButton';
import { DecisionDialog, type Decision } from '../feedback/DecisionDialog';
import { useMe } from '../api/useMe';
import { changeObstacles, countedApprovals } from './changeProgress';

/** Approve, merge, close: each names its effect first, and says why when it is not possible. */
export function ChangeActions(props: {
  change: ChangeView;
  diffHash: string;
  onChanged: () => void;
}) {
  const { change, diffHash, onChanged } = props;
  const api = useApi(gitopsEventsApiRef);
  const me = useMe();
  const [decision, setDecision] = useState<Decision>();
  const mayNotApprove = useRefusalReason(
    changeApprovePermission,
    'change',
    change.id,
  );
  const mayNotMerge = useRefusalReason(
    changeMergePermission,
    'change',
    change.id,
  );
  // Where somebody was faster, the dialog stays and says so.
  if (change.state === 'ended' && !decision) return null;

  const obstacles = changeObstacles(change, me);
  const { id, version, base } = change;
  const repository = repositoryInWords(change.repository);
  const files = countInWords(change.files, 'file');
  const count = change.members.length;
  const alone = count === 1;
  const params = { id };
  // After a conflict too: the answer that somebody was faster comes with the new state behind it.
  const ask = (asked: Omit<Decision, 'decide'>, send: Decision['decide']) =>
    setDecision({
      ...asked,
      decide: comment => send(comment).finally(onChanged),
    });

  const approve = () =>
    ask(
      {
        title: 'Approve this change?',
        effect: `Your approval counts for the content you see here (${files}); should it change, you are asked again. ${
          change.mode === 'auto' &&
          countedApprovals(change) + 1 >= change.approvalsNeeded
            ? `It is then merged into ${base} of ${repository} by itself.`
            : 'It is not merged by that.'
        }`,
        verb: 'Approve',
      },
      async comment => {
        await api.call('approveChange', {
          params,
          body: { version, comment, diffHash },
        });
      },
    );
  const merge = () =>
    ask(
      {
        title: 'Merge this change?',
        effect: `${files} are written to ${base} of ${repository}, and ${alone ? 'one run goes on to its sync' : `${count} runs go on to their sync`}.`,
        verb: 'Merge',
      },
      async comment => {
        await api.call('mergeChange', { params, body: { version, comment } });
      },
    );
  const close = () =>
    ask(
      {
        title: 'Close without merging?',
        effect: `${change.direct ? '' : 'The pull request is closed. '}${alone ? 'One run ends' : `${count} runs end`} as discarded. Nothing is written to ${base}. To have it after all, the request is made again.`,
        verb: 'Close',
        destructive: true,
        commentRequired: true,
      },
      async comment => {
        await api.call('closeChange', { params, body: { version, comment } });
      },
    );

  return (
    <Box sx={{ display: 'grid', gap: 0.75, justifyItems: { sm: 'end' } }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
        <ActionButton
          variant={
            (obstacles.approve ?? mayNotApprove) ? 'outlined' : 'contained'
          }
          reason={obstacles.approve ?? mayNotApprove}
          onClick={approve}
        >
          Approve
        </ActionButton>
        <ActionButton
          variant={(obstacles.merge ?? mayNotMerge) ? 'outlined' : 'contained'}
          reason={obstacles.merge ?? mayNotMerge}
          onClick={merge}
        >
          Merge
        </ActionButton>
        <ActionButton
          variant="outlined"
          color="error"
          reason={obstacles.close ?? mayNotMerge}
          onClick={close}
        >
          Close
        </ActionButton>
      </Box>
      {mayNotApprove && mayNotMerge && change.state !== 'ended' && (
        <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>
          {mayNotMerge}
        </Box>
      )}
      <DecisionDialog
        decision={decision}
        onClose={() => setDecision(undefined)}
      />
    </Box>
  );
}
