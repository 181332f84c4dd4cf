import Box from '@mui/material/Box';
import {
  countInWords,
  type ProblemMark,
} from '@gitops-events/plugin-gitops-events-common';
import { Link } from 'react-router-dom';
import { Section, boxStyle } from '../../navigation/Section';
import { Sentence } from '../../navigation/Sentence';
import { StatusChip } from '../../status/StatusChip';
import { focusRing } from '../../navigation/focusRing';

const rowStyle = {
  display: 'grid',
  gridTemplateColumns: { xs: 'auto 1fr', sm: '96px 72px minmax(0, 1fr)' },
  columnGap: 1.5,
  rowGap: 0.5,
  alignItems: 'baseline',
  px: 2,
  py: 1,
  color: 'inherit',
  textDecoration: 'none',
  '&:hover': { bgcolor: 'action.hover' },
  '&:focus-visible': focusRing,
} as const;

/** What the linter has to say, errors first. Each leads to its line. */
export function Problems(props: {
  problems: readonly ProblemMark[];
  /** What the lines' addresses begin with. */
  anchor: string;
}) {
  const { problems, anchor } = props;
  if (problems.length === 0) return null;
  const errors = problems.filter(({ severity }) => severity === 'error');
  const warnings = problems.filter(({ severity }) => severity === 'warning');
  return (
    <Section title={titleOf(errors.length, warnings.length)}>
      <Box
        component="ul"
        sx={{
          ...boxStyle,
          p: 0,
          m: 0,
          listStyle: 'none',
          '& li + li': { borderTop: 1, borderColor: 'divider' },
        }}
      >
        {[...errors, ...warnings].map(mark => (
          <li key={`${mark.line}:${mark.column} ${mark.rule} ${mark.message}`}>
            <Box
              component={Link}
              to={{ hash: `#${anchor}${mark.line}` }}
              replace
              data-row={`${mark.line}:${mark.column}`}
              data-row-focus
              sx={rowStyle}
            >
              <span>
                <StatusChip
                  status={{
                    tone: mark.severity,
                    word: mark.severity === 'error' ? 'Error' : 'Warning',
                    sentence: mark.rule,
                  }}
                />
              </span>
              <Box component="span" sx={{ color: 'text.secondary' }}>
                Line {mark.line}
              </Box>
              <Box
                component="span"
                sx={{
                  gridColumn: { xs: '1 / -1', sm: 'auto' },
                  overflowWrap: 'anywhere',
                }}
              >
                <Sentence>{mark.message}</Sentence>
              </Box>
            </Box>
          </li>
        ))}
      </Box>
    </Section>
  );
}

function titleOf(errors: number, warnings: number): string {
  return [
    errors > 0 && countInWords(errors, 'error'),
    warnings > 0 && countInWords(warnings, 'warning'),
  ]
    .filter(Boolean)
    .join(', ');
}
