import { useRouteRef } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import { ActionButton } from '../feedback/ActionButton';
import type { ChangeView } from '@gitops-events/plugin-gitops-events-common';
import { useState } from 'react';
import { TextLink } from '../navigation/TextLink';
import { codeInWords } from '../navigation/codeInWords';
import { RevertButton } from '../reverts/RevertButton';
import { RevertState } from '../reverts/RevertState';
import { eventRouteRef } from '../routes';

const shownAtFirst = 8;

/** The runs a change carries, each with the event behind it. One that was merged can be taken back alone. */
export function Members(props: { change: ChangeView; onChanged: () => void }) {
  const { change, onChanged } = props;
  const eventRoute = useRouteRef(eventRouteRef);
  const [all, setAll] = useState(false);
  const { members } = change;
  const shown = all ? members : members.slice(0, shownAtFirst);
  return (
    <>
      <Box
        component="ul"
        sx={{ m: 0, p: 0, listStyle: 'none', display: 'grid', gap: 0.75 }}
      >
        {shown.map(member => (
          <Box
            component="li"
            key={member.runId}
            sx={{ overflowWrap: 'anywhere' }}
          >
            <TextLink to={eventRoute({ uid: member.eventUid })}>
              {member.title}
            </TextLink>
            {member.end && (
              <Box component="span" sx={{ color: 'text.secondary' }}>
                , {codeInWords(member.end).toLowerCase()}
              </Box>
            )}
            {member.revert && (
              <RevertState revert={member.revert} onChanged={onChanged} />
            )}
            {change.end === 'merged' && (
              <RevertButton
                runId={member.runId}
                title={member.title}
                isReverted={member.revert !== undefined}
                onChanged={onChanged}
              />
            )}
          </Box>
        ))}
      </Box>
      {shown.length < members.length && (
        <ActionButton size="small" onClick={() => setAll(true)}>
          Show {members.length - shown.length} more
        </ActionButton>
      )}
    </>
  );
}
