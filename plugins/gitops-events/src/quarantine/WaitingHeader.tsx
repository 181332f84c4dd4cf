import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { formatAgo } from '../time/formatAgo';
import { useNow } from '../time/useNow';

/** How much waits and since when, and the decisions for what is selected. */
export function WaitingHeader(props: {
  title: string;
  /** Undefined while that is not known. */
  count: number | undefined;
  more: boolean;
  oldest: string | undefined;
  children: ReactNode;
}) {
  const { title, count, more, oldest, children } = props;
  const now = useNow();
  return (
    <Box
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        justifyContent: 'space-between',
        gap: 1.5,
        mb: 2,
      }}
    >
      <Typography
        component="h2"
        sx={{ fontSize: '1.125rem', fontWeight: 600, m: 0 }}
      >
        {count ? `${count}${more ? '+' : ''} waiting` : title}
        {oldest && (
          <Box
            component="span"
            sx={{ fontWeight: 400, color: 'text.secondary' }}
          >
            , oldest {formatAgo(oldest, now).replace(/ ago$/, '')}
          </Box>
        )}
      </Typography>
      {!!count && <Box sx={{ display: 'flex', gap: 1 }}>{children}</Box>}
    </Box>
  );
}
