import Box from '@mui/material/Box';
import type { ReactNode } from 'react';

/** A part of the detail panel. */
export function Part({
  title,
  children,
}: {
  title: string;
  children: ReactNode;
}) {
  return (
    <Box
      sx={{ '& + &': { mt: 2, pt: 2, borderTop: 1, borderColor: 'divider' } }}
    >
      <Box
        component="h3"
        sx={{
          m: 0,
          mb: 0.75,
          fontSize: '0.8125rem',
          fontWeight: 600,
          color: 'text.secondary',
        }}
      >
        {title}
      </Box>
      {children}
    </Box>
  );
}
