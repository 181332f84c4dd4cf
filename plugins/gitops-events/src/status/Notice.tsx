import Box from '@mui/material/Box';
import { useTheme } from '@mui/material/styles';
import type { ReactNode } from 'react';
import { toneIcons } from './StatusChip';
import { toneColours, type Tone } from './toneColours';

/** One thing that is wrong, and beside or below it what one can do about it. */
export function Notice(props: {
  tone: Tone;
  /** `alert`: a person has to decide. */
  role?: 'alert';
  /** Where the page is narrow, or this part of it. */
  stacked?: boolean;
  action?: ReactNode;
  children: ReactNode;
}) {
  const { tone, role, stacked = false, action, children } = props;
  const { text, fill, border } = toneColours(useTheme(), tone);
  const Icon = toneIcons[tone];
  return (
    <Box
      role={role}
      sx={{
        display: 'flex',
        flexWrap: stacked ? 'wrap' : { xs: 'wrap', sm: 'nowrap' },
        alignItems: 'flex-start',
        gap: 1,
        px: 1.5,
        py: 1,
        border: `1px solid ${border}`,
        borderRadius: '6px',
        bgcolor: fill,
      }}
    >
      <Icon aria-hidden sx={{ fontSize: 18, mt: '2px', color: text }} />
      <Box sx={{ flex: '1 1 0', minWidth: 0, overflowWrap: 'anywhere' }}>
        {children}
      </Box>
      {action && (
        <Box
          sx={
            stacked
              ? { ml: 3.25, flexBasis: '100%' }
              : {
                  ml: { xs: 3.25, sm: 1 },
                  flexBasis: { xs: '100%', sm: 'auto' },
                }
          }
        >
          {action}
        </Box>
      )}
    </Box>
  );
}
