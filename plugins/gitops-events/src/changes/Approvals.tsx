import Box from '@mui/material/Box';
import {
  involvementInWords,
  type ChangeView,
} from '@gitops-events/plugin-gitops-events-common';
import { EntityLink } from '../navigation/EntityLink';
import { RelativeTime } from '../time/RelativeTime';
import { countedApprovals } from './changeProgress';

/** Who approved the present content, and how many more it needs. */
export function Approvals({ change }: { change: ChangeView }) {
  const { approvals, approvalsNeeded } = change;
  return (
    <>
      <Box sx={{ color: 'text.secondary' }}>
        {approvalsNeeded === 0
          ? 'None needed: its checks decide alone.'
          : `${countedApprovals(change)} of ${approvalsNeeded}, for the content shown here`}
      </Box>
      {approvals.map(({ by, at, comment, notCounted }) => (
        <Box key={by} sx={{ mt: 1 }}>
          <EntityLink entityRef={by} />, <RelativeTime at={at} />
          {notCounted && (
            <Box sx={{ color: 'text.secondary' }}>
              {involvementInWords(notCounted)}
            </Box>
          )}
          {comment && <Box sx={{ color: 'text.secondary' }}>“{comment}”</Box>}
        </Box>
      ))}
    </>
  );
}
