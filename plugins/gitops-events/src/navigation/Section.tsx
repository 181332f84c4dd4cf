import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useId, type ReactNode } from 'react';

export const boxStyle = {
  border: 1,
  borderColor: 'divider',
  borderRadius: '8px',
  bgcolor: 'background.paper',
  p: 2,
  minWidth: 0,
} as const;

/** A titled part of a page. */
export function Section(props: {
  title: string;
  end?: ReactNode;
  boxed?: boolean;
  children: ReactNode;
}) {
  const { title, end, boxed = false, children } = props;
  const id = useId();
  return (
    <Box component="section" aria-labelledby={id} sx={{ minWidth: 0, mb: 3 }}>
      <Box
        sx={{
          display: 'flex',
          flexWrap: 'wrap',
          alignItems: 'baseline',
          justifyContent: 'space-between',
          gap: 1,
          mb: 1,
        }}
      >
        <Typography
          id={id}
          component="h2"
          sx={{ fontSize: '0.9375rem', fontWeight: 600, m: 0 }}
        >
          {title}
        </Typography>
        {end}
      </Box>
      {boxed ? <Box sx={boxStyle}>{children}</Box> : children}
    </Box>
  );
}
