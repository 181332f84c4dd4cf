import Box from '@mui/material/Box';
import type { ReactNode } from 'react';

/** A few numbers beside each other, each below its name. */
export function Numbers(props: {
  numbers: readonly { label: string; value: ReactNode }[];
}) {
  return (
    <Box
      component="dl"
      sx={{
        m: 0,
        px: { xs: 2, md: 2 },
        pb: { xs: 1.5, md: 0 },
        display: 'grid',
        gridTemplateColumns: 'repeat(3, minmax(0, 1fr))',
        columnGap: 2,
        fontVariantNumeric: 'tabular-nums',
        '& dt': { color: 'text.secondary', fontSize: '0.75rem' },
        '& dd': { m: 0, overflowWrap: 'anywhere' },
      }}
    >
      {props.numbers.map(({ label, value }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </Box>
  );
}
