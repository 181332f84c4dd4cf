import Box from '@mui/material/Box';
import { useTheme, type Theme } from '@mui/material/styles';
import type { ProblemMark } from '@gitops-events/plugin-gitops-events-common';
import { toneColours } from '../../status/toneColours';
import { SourceLine } from './SourceLine';
import { focusRing } from '../../navigation/focusRing';

const textStyle = (theme: Theme) =>
  ({
    border: 1,
    borderColor: 'divider',
    borderRadius: '8px',
    bgcolor: 'background.paper',
    overflowX: 'auto',
    py: 1,
    fontFamily: 'monospace',
    fontSize: '0.8125rem',
    lineHeight: 1.6,
    minWidth: 0,
    '& [data-token=key]': { color: toneColours(theme, 'info').text },
    '& [data-token=template]': { color: toneColours(theme, 'success').text },
    '& [data-token=comment]': { color: 'text.secondary', fontStyle: 'italic' },
    '&:focus-visible': focusRing,
  }) as const;

const linesOf = (text: string) => text.replace(/\n$/, '').split('\n');

/** A text with numbered lines, each mark of the linter at its place. It can be read, copied and jumped into; it is changed in Git. */
export function SourceText(props: {
  /** Names it for those who hear it, and within addresses: `L` gives `#L12`. */
  label: string;
  anchor: string;
  text: string;
  marks: readonly ProblemMark[];
  /** A text beside it, and what a line is that only this one has. */
  beside?: { text: string; own: 'added' | 'deleted' };
}) {
  const { label, anchor, text, marks, beside } = props;
  const theme = useTheme();
  const lines = linesOf(text);
  const shared = beside && new Set(linesOf(beside.text));
  return (
    <Box tabIndex={0} role="region" aria-label={label} sx={textStyle(theme)}>
      {lines.map((line, index) => (
        <SourceLine
          key={index}
          id={`${anchor}${index + 1}`}
          number={index + 1}
          text={line}
          own={shared?.has(line) === false ? beside?.own : undefined}
          marks={marks.filter(mark => mark.line === index + 1)}
        />
      ))}
    </Box>
  );
}
