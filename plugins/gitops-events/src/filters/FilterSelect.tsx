import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import type { ReactNode } from 'react';

/** One filter with named choices; the first line shows everything. */
export function FilterSelect(props: {
  label: string;
  /** Names the empty choice: `All states`. */
  all: string;
  value: string;
  options: readonly { value: string; label: ReactNode }[];
  onChange: (value: string) => void;
}) {
  const { label, all, value, options, onChange } = props;
  // A value from the address that is no choice of ours is shown, never dropped in silence.
  const shown = options.some(option => option.value === value) || !value;
  return (
    <TextField
      select
      size="small"
      value={value}
      onChange={event => onChange(event.target.value)}
      SelectProps={{
        displayEmpty: true,
        SelectDisplayProps: { 'aria-label': label },
      }}
      sx={{
        flex: { xs: '1 1 130px', sm: '0 0 auto' },
        minWidth: 130,
        maxWidth: 260,
        '& .v5-MuiInputBase-root, & .MuiInputBase-root': {
          height: 36,
          fontSize: '0.875rem',
        },
      }}
    >
      <MenuItem value="">{all}</MenuItem>
      {options.map(option => (
        <MenuItem key={option.value} value={option.value}>
          {option.label}
        </MenuItem>
      ))}
      {!shown && <MenuItem value={value}>{value}</MenuItem>}
    </TextField>
  );
}
