import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';

/** Which of several to look at; nothing where there is one. */
export function ChooseOne(props: {
  items: ReadonlyArray<{ id: string; label: string }>;
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
      sx={{ mb: 2 }}
    >
      {items.map(({ id, label }) => (
        <MenuItem key={id} value={id}>
          {label}
        </MenuItem>
      ))}
    </TextField>
  );
}
