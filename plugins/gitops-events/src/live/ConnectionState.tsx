import Box from '@mui/material/Box';
import { useTheme } from '@mui/material/styles';
import { toneColours } from '../status/toneColours';
import type { Connection } from './useLive';

const words = {
  connecting: { word: 'Connecting', tone: 'neutral' },
  live: { word: 'Live', tone: 'success' },
  reconnecting: { word: 'Reconnecting', tone: 'warning' },
} as const;

/** Says whether what is shown is fresh. */
export function ConnectionState({ connection }: { connection: Connection }) {
  const theme = useTheme();
  const { word, tone } = words[connection];
  const { text } = toneColours(theme, tone);
  return (
    <Box
      role="status"
      title={
        connection === 'reconnecting'
          ? 'The portal does not answer at the moment. You see the last known state; it is asked again by itself.'
          : 'New steps appear by themselves.'
      }
      sx={{
        display: 'inline-flex',
        alignItems: 'center',
        gap: 0.75,
        flexShrink: 0,
        typography: 'caption',
        fontWeight: 600,
        color: text,
      }}
    >
      <Box
        aria-hidden
        sx={{
          width: 8,
          height: 8,
          borderRadius: '50%',
          bgcolor: connection === 'live' ? text : 'transparent',
          border: `2px solid ${text}`,
        }}
      />
      {word}
    </Box>
  );
}
