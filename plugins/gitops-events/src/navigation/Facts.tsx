import Box from '@mui/material/Box';
import { Fragment, type ReactNode } from 'react';

/** Names and values in two columns; what is empty is left out. */
export function Facts(props: {
  facts: readonly (readonly [name: string, value: ReactNode])[];
}) {
  return (
    <Box
      component="dl"
      sx={{
        m: 0,
        display: 'grid',
        gridTemplateColumns: 'minmax(84px, auto) minmax(0, 1fr)',
        columnGap: 2,
        rowGap: 0.75,
        fontSize: '0.875rem',
        '& dt': { color: 'text.secondary' },
        '& dd': { m: 0, overflowWrap: 'anywhere' },
      }}
    >
      {props.facts
        .filter(([, value]) => !!value || value === 0)
        .map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
    </Box>
  );
}
