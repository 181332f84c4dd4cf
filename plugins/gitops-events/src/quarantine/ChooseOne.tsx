import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { RelativeTime } from '../time/RelativeTime';

const textStyle = { fontSize: '0.875rem' } as const;
/** Places begin alike, so that their ends tell them apart. */
const wrappingStyle = {
  ...textStyle,
  whiteSpace: 'normal',
  overflowWrap: 'anywhere',
} as const;

/** Which of several to look at, told apart by when it began to wait; nothing where there is one. */
export function ChooseOne(props: {
  items: ReadonlyArray<{ id: string; label: string; since: string }>;
  value: string;
  onChange: (id: string) => void;
}) {
  const { items, value, onChange } = props;
  if (items.length < 2) return null;
  return (
    <TextField
      select
      fullWidth
      size="small"
      label={`Looking at one of ${items.length}`}
      value={value}
      onChange={event => onChange(event.target.value)}
      SelectProps={{
        // The frame leaves a gap for the label by its own size of text.
        SelectDisplayProps: { style: wrappingStyle },
        MenuProps: { sx: { maxHeight: 480 } },
      }}
      sx={{ mb: 2 }}
    >
      {items.map(({ id, label, since }) => (
        <MenuItem key={id} value={id} sx={wrappingStyle}>
          <Box
            sx={{
              display: 'flex',
              flexGrow: 1,
              justifyContent: 'space-between',
              gap: 1.5,
              minWidth: 0,
            }}
          >
            <Box component="span" title={label} sx={{ minWidth: 0 }}>
              {label}
            </Box>{' '}
            <Box
              component="span"
              sx={{ color: 'text.secondary', flexShrink: 0 }}
            >
              <RelativeTime at={since} />
            </Box>
          </Box>
        </MenuItem>
      ))}
    </TextField>
  );
}
