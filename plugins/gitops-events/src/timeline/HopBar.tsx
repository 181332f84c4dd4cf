import Box from '@mui/material/Box';
import { useTheme, type Theme } from '@mui/material/styles';
import { durationInWords } from '@gitops-events/plugin-gitops-events-common';
import type { Hop } from './hops';

/** Colours of hops: one hue per stage, told apart by lightness too. */
function hopColour(theme: Theme, name: string): string {
  const dark = theme.palette.mode === 'dark';
  const colours: Record<string, [light: string, dark: string]> = {
    Accept: ['#7c8794', '#aab4c0'],
    Decide: ['#5f6fd0', '#a3aef0'],
    Render: ['#2f83c9', '#7fc0f2'],
    Policy: ['#12908e', '#6fd6d3'],
    Commit: ['#3a8f4d', '#8ed79d'],
    'Pull request': ['#8a7d12', '#d9cf6a'],
    Merge: ['#b8660b', '#f0b36a'],
    'Write and merge': ['#b8660b', '#f0b36a'],
    Sync: ['#9a4fb0', '#d9a2e8'],
  };
  const [light, darker] = colours[name] ?? ['#7c8794', '#aab4c0'];
  return dark ? darker : light;
}

/** Where the seconds went, as one bar with its legend. Time that people took is told, not drawn to scale. */
export function HopBar({ hops, height = 6 }: { hops: Hop[]; height?: number }) {
  const theme = useTheme();
  const ours = hops.filter(hop => !hop.waiting);
  const waited = hops.find(hop => hop.waiting && hop.ms > 0);
  const total = ours.reduce((sum, hop) => sum + hop.ms, 0);
  if (total === 0) return null;
  return (
    <Box role="group" aria-label="Where the time went">
      <Box
        aria-hidden
        sx={{
          display: 'flex',
          gap: '2px',
          height,
          borderRadius: height,
          overflow: 'hidden',
        }}
      >
        {ours.map(hop => (
          <Box
            key={hop.name}
            title={`${hop.name}: ${durationInWords(hop.ms)}`}
            sx={{
              flexGrow: hop.ms,
              flexBasis: 0,
              minWidth: 3,
              bgcolor: hopColour(theme, hop.name),
            }}
          />
        ))}
      </Box>
      <Box
        component="ul"
        sx={{
          display: 'flex',
          flexWrap: 'wrap',
          columnGap: 1.75,
          rowGap: 0.25,
          m: 0,
          mt: 0.75,
          p: 0,
          listStyle: 'none',
          fontSize: '0.75rem',
          color: 'text.secondary',
        }}
      >
        {ours.map(hop => (
          <Box component="li" key={hop.name} sx={{ whiteSpace: 'nowrap' }}>
            <Box
              component="span"
              aria-hidden
              sx={{
                display: 'inline-block',
                width: 8,
                height: 8,
                borderRadius: '2px',
                mr: 0.625,
                bgcolor: hopColour(theme, hop.name),
              }}
            />
            {hop.name}{' '}
            <Box
              component="span"
              sx={{ fontVariantNumeric: 'tabular-nums', color: 'text.primary' }}
            >
              {durationInWords(hop.ms)}
            </Box>
          </Box>
        ))}
        {waited && (
          <li>and waited {durationInWords(waited.ms)} for a person</li>
        )}
      </Box>
    </Box>
  );
}
