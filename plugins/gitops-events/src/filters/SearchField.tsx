import SearchIcon from '@mui/icons-material/SearchOutlined';
import InputAdornment from '@mui/material/InputAdornment';
import TextField from '@mui/material/TextField';
import { useEffect, useRef, useState } from 'react';

const typingPauseMs = 250;

/** A search box that tells its text after a pause in typing. `/` focuses it; see `useShortcuts`. */
export function SearchField(props: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const { label, value, onChange } = props;
  const [text, setText] = useState(value);
  const told = useRef(value);

  useEffect(() => {
    // The address changed by other means, such as Back.
    if (value !== told.current) {
      told.current = value;
      setText(value);
    }
  }, [value]);

  useEffect(() => {
    if (text === told.current) return undefined;
    const timer = setTimeout(() => {
      told.current = text;
      onChange(text);
    }, typingPauseMs);
    return () => clearTimeout(timer);
  }, [text, onChange]);

  return (
    <TextField
      size="small"
      type="search"
      placeholder={`${label}…`}
      value={text}
      onChange={event => setText(event.target.value)}
      inputProps={{
        'aria-label': label,
        'aria-keyshortcuts': '/',
        'data-search': true,
        maxLength: 200,
      }}
      InputProps={{
        startAdornment: (
          <InputAdornment position="start">
            <SearchIcon fontSize="small" />
          </InputAdornment>
        ),
      }}
      sx={{
        flex: '1 1 220px',
        maxWidth: { sm: 360 },
        minWidth: 0,
        '& .v5-MuiInputBase-root, & .MuiInputBase-root': { height: 36 },
      }}
    />
  );
}
