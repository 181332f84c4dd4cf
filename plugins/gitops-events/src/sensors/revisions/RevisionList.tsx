import Box from '@mui/material/Box';
import type { SensorRevision } from '@gitops-events/plugin-gitops-events-common';
import { boxStyle } from '../../navigation/Section';
import { StatusChip } from '../../status/StatusChip';
import { RelativeTime } from '../../time/RelativeTime';
import { rowButton } from '../../navigation/rowButton';

const rowStyle = {
  ...rowButton,
  display: 'grid',
  gridTemplateColumns: 'minmax(0, 1fr) auto',
  columnGap: 1,
  rowGap: 0.25,
  alignItems: 'baseline',
  px: 2,
  py: 1.25,
  '&[aria-current=true]': { bgcolor: 'action.selected' },
} as const;

/** Revisions, newest first, with their time and digest. */
export function RevisionList(props: {
  revisions: readonly SensorRevision[];
  active: number | undefined;
  chosen: number;
  onChoose: (revision: number) => void;
}) {
  const { revisions, active, chosen, onChoose } = props;
  return (
    <Box
      component="ul"
      aria-label="Revisions"
      sx={{
        ...boxStyle,
        p: 0,
        m: 0,
        listStyle: 'none',
        overflowX: 'hidden',
        overflowY: 'auto',
        maxHeight: { xs: 264, md: '70vh' },
        '& li + li': { borderTop: 1, borderColor: 'divider' },
      }}
    >
      {revisions.map(({ revision, createdAt, digest }) => (
        <li key={revision}>
          <Box
            component="button"
            type="button"
            aria-current={revision === chosen}
            data-row={revision}
            onClick={() => onChoose(revision)}
            sx={rowStyle}
          >
            <Box
              component="span"
              sx={{ fontWeight: 600, display: 'flex', gap: 1 }}
            >
              Revision {revision}
              {revision === active && (
                <StatusChip
                  status={{
                    tone: 'success',
                    word: 'Active',
                    sentence: 'It decides now.',
                  }}
                />
              )}
            </Box>
            <Box component="span" sx={{ color: 'text.secondary' }}>
              <RelativeTime at={createdAt} />
            </Box>
            <Box
              component="code"
              title={digest}
              sx={{ fontSize: '0.75rem', color: 'text.secondary' }}
            >
              {digest.slice(0, 12)}
            </Box>
          </Box>
        </li>
      ))}
    </Box>
  );
}
