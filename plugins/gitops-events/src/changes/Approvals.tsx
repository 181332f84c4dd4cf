import Box from '@mui/material/Box';
import type { ChangeView } from '@gitops-events/plugin-gitops-events-common';
import { EntityLink } from '../navigation/EntityLink';
import { RelativeTime } from '../time/RelativeTime';

/** Who approved the present content, and how many more it needs. */
export function Approvals({ change }: { change: ChangeView }) {
  const { approvals, approvalsNeeded } = change;
  return (
    <>
      <Box sx={{ color: 'text.secondary' }}>
        {approvalsNeeded === 0
          ? 'None needed: its checks decide alone.'
          : `${approvals.length} of ${approvalsNeeded}, for the content shown here`}
      </Box>
      {approvals.map(({ by, at, comment }) => (
        <Box key={by} sx={{ mt: 1 }}>
          <EntityLink entityRef={by} />, <RelativeTime at={at} />
          {comment && <Box sx={{ color: 'text.secondary' }}>“{comment}”</Box>}
        </Box>
      ))}
    </>
  );
}
