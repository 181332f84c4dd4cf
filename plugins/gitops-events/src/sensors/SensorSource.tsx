import Box from '@mui/material/Box';
import { useTheme } from '@mui/material/styles';
import type {
  ProblemMark,
  SensorDetail,
} from '@gitops-events/plugin-gitops-events-common';
import { toneColours } from '../status/toneColours';
import { StatusChip } from '../status/StatusChip';

/** The YAML with line numbers, and what the linter has to say, listed first. */
export function SensorSource({ sensor }: { sensor: SensorDetail }) {
  const { yaml, problems, location, revision } = sensor;
  // While an older revision is active, its text is shown, and marks of the refused one would point at wrong lines.
  const marksFit = revision === undefined;
  return (
    <>
      <Box sx={{ color: 'text.secondary', mb: 1, overflowWrap: 'anywhere' }}>
        {revision === undefined ? 'Refused text' : `Revision ${revision}`}, read
        from {location}
      </Box>
      {problems.length > 0 && <Problems problems={problems} />}
      <NumberedLines text={yaml} marks={marksFit ? problems : []} />
    </>
  );
}

function Problems({ problems }: { problems: ProblemMark[] }) {
  return (
    <Box
      component="ul"
      aria-label="Problems of the newest text"
      sx={{ m: 0, mb: 2, p: 0, listStyle: 'none', display: 'grid', gap: 0.75 }}
    >
      {problems.map(mark => (
        <Box
          component="li"
          key={`${mark.line}:${mark.column} ${mark.rule}`}
          sx={{
            display: 'flex',
            flexWrap: 'wrap',
            gap: 1,
            alignItems: 'baseline',
          }}
        >
          <StatusChip
            status={{
              tone: mark.severity,
              word: mark.severity === 'error' ? 'Error' : 'Warning',
              sentence: mark.rule,
            }}
          />
          <Box component="code" sx={{ fontFamily: 'monospace' }}>
            {mark.line}:{mark.column}
          </Box>
          <span>{mark.message}</span>
        </Box>
      ))}
    </Box>
  );
}

function NumberedLines({
  text,
  marks,
}: {
  text: string;
  marks: ProblemMark[];
}) {
  const theme = useTheme();
  const fill = toneColours(theme, 'error').fill;
  const lines = text.replace(/\n$/, '').split('\n');
  return (
    <Box
      tabIndex={0}
      role="region"
      aria-label="Source"
      sx={{
        border: 1,
        borderColor: 'divider',
        borderRadius: '8px',
        bgcolor: 'background.paper',
        overflowX: 'auto',
        py: 1,
        fontFamily: 'monospace',
        fontSize: '0.8125rem',
        lineHeight: 1.6,
      }}
    >
      {lines.map((line, index) => {
        const mark = marks.find(one => one.line === index + 1);
        return (
          <Box
            key={index}
            title={mark?.message}
            sx={{
              display: 'flex',
              bgcolor: mark ? fill : undefined,
              width: 'max-content',
              minWidth: '100%',
            }}
          >
            <Box
              aria-hidden
              sx={{
                width: 44,
                flexShrink: 0,
                pr: 1.5,
                textAlign: 'right',
                color: 'text.secondary',
                userSelect: 'none',
              }}
            >
              {index + 1}
            </Box>
            <Box component="span" sx={{ whiteSpace: 'pre', pr: 2 }}>
              {line || ' '}
            </Box>
          </Box>
        );
      })}
    </Box>
  );
}
