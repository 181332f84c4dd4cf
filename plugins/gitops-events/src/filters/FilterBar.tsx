import Box from '@mui/material/Box';
import { ActionButton } from '../feedback/ActionButton';
import type { ReactNode } from 'react';
import { ConnectionState } from '../live/ConnectionState';
import type { Connection } from '../live/useLive';

/** The line above a list: freshness, search, filters, and what belongs to the whole list at its end. */
export function FilterBar(props: {
  connection: Connection;
  active: boolean;
  onClear: () => void;
  children: ReactNode;
  end?: ReactNode;
}) {
  const { connection, active, onClear, children, end } = props;
  return (
    <Box
      role="search"
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: 1,
        mb: 2,
      }}
    >
      <ConnectionState connection={connection} />
      {children}
      {active && (
        <ActionButton size="small" color="inherit" onClick={onClear}>
          Clear
        </ActionButton>
      )}
      {end && <Box sx={{ ml: { md: 'auto' }, minWidth: 0 }}>{end}</Box>}
    </Box>
  );
}
