import Box from '@mui/material/Box';
import { alpha, keyframes, useTheme } from '@mui/material/styles';
import type { TimelineEntry } from '@gitops-events/plugin-gitops-events-common';
import { Sentence } from '../navigation/Sentence';
import { TextLink } from '../navigation/TextLink';
import { toneIcons } from '../status/StatusChip';
import { toneColours } from '../status/toneColours';
import { absolute, clockTime } from '../time/RelativeTime';
import { durationInWords } from '@gitops-events/plugin-gitops-events-common';

const elapsed = (from: TimelineEntry, to: TimelineEntry) =>
  durationInWords(Date.parse(to.at) - Date.parse(from.at));

/** The mark on the rail that joins the lines of one event. */
export function Dot(props: {
  tone: TimelineEntry['tone'];
  rail: boolean;
  pulsing?: boolean;
}) {
  const { tone, rail, pulsing = false } = props;
  const theme = useTheme();
  const { text } = toneColours(theme, tone);
  const Icon = toneIcons[tone];
  const pulse = keyframes({ '50%': { opacity: 0.35 } });
  return (
    <Box
      aria-hidden
      sx={{
        alignSelf: 'stretch',
        display: 'flex',
        justifyContent: 'center',
        pt: '2px',
        color: text,
        '&::after': rail
          ? {
              content: '""',
              position: 'absolute',
              top: 24,
              bottom: -5,
              width: '1px',
              bgcolor: 'divider',
            }
          : undefined,
      }}
    >
      <Icon
        sx={{
          fontSize: 16,
          animation: pulsing ? `${pulse} 1.4s ease-in-out infinite` : undefined,
          '@media (prefers-reduced-motion: reduce)': { animation: 'none' },
        }}
      />
    </Box>
  );
}
import { whenWide } from './whenWide';

/** Shared by each line, so that sentences, details and times stand in columns. */
export const lineGrid = {
  display: 'grid',
  gridTemplateColumns: '20px minmax(0, 1fr) auto',
  [whenWide]: {
    gridTemplateColumns: '20px minmax(0, 13rem) minmax(0, 1fr) auto',
  },
  columnGap: 1.25,
  alignItems: 'baseline',
} as const;

/** One line of the story: what happened, its detail, and how long after the line before. */
export function TimelineLine(props: {
  entry: TimelineEntry;
  before: TimelineEntry | undefined;
  /** It appeared while somebody watched. */
  arrived: boolean;
  last: boolean;
}) {
  const { entry, before, arrived, last } = props;
  const theme = useTheme();
  const highlight = keyframes({
    from: { backgroundColor: alpha(theme.palette.primary.main, 0.2) },
    to: { backgroundColor: 'transparent' },
  });
  return (
    <Box
      component="li"
      data-kind={entry.kind}
      sx={{
        ...lineGrid,
        position: 'relative',
        px: 1,
        py: 0.5,
        borderRadius: '6px',
        fontSize: '0.875rem',
        lineHeight: 1.45,
        animation: arrived ? `${highlight} 1.8s ease-out` : undefined,
        '@media (prefers-reduced-motion: reduce)': { animation: 'none' },
      }}
    >
      <Dot tone={entry.tone} rail={!last} />
      <Box sx={{ fontWeight: 500, overflowWrap: 'anywhere' }}>
        <Sentence>{entry.title}</Sentence>
      </Box>
      <Box
        sx={{
          gridColumn: '2 / 4',
          gridRow: 2,
          [whenWide]: { gridColumn: 'auto', gridRow: 'auto' },
          color: 'text.secondary',
          overflowWrap: 'anywhere',
        }}
      >
        {entry.detail && <Sentence>{entry.detail}</Sentence>}
        {entry.link && (
          <>
            {entry.detail && ' '}
            <TextLink
              to={entry.link.to}
              sx={{ whiteSpace: 'nowrap', ml: entry.detail ? 1 : 0 }}
            >
              {entry.link.text}
            </TextLink>
          </>
        )}
      </Box>
      <Box
        component="time"
        dateTime={entry.at}
        title={absolute(entry.at)}
        sx={{
          textAlign: 'right',
          color: 'text.secondary',
          fontSize: '0.8125rem',
          fontVariantNumeric: 'tabular-nums',
          whiteSpace: 'nowrap',
        }}
      >
        {before ? `+${elapsed(before, entry)}` : clockTime(entry.at)}
      </Box>
    </Box>
  );
}
