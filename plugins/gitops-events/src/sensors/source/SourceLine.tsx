import ErrorIcon from '@mui/icons-material/ErrorOutlineOutlined';
import WarningIcon from '@mui/icons-material/WarningAmberOutlined';
import Box from '@mui/material/Box';
import { useTheme } from '@mui/material/styles';
import type { ProblemMark } from '@gitops-events/plugin-gitops-events-common';
import { Sentence } from '../../navigation/Sentence';
import { toneColours } from '../../status/toneColours';
import { yamlTokens } from './yamlTokens';

const gutter = 52;
const ownTone = { added: 'success', deleted: 'error' } as const;
const ownSign = { added: '+', deleted: '-' } as const;
const ownTitle = {
  added: 'Not in the active text',
  deleted: 'Not in the newest text',
} as const;

/** One line: its number, its text, and below it what the linter says to it. */
export function SourceLine(props: {
  id: string;
  number: number;
  text: string;
  marks: readonly ProblemMark[];
  /** The text beside it does not have this line. */
  own?: 'added' | 'deleted';
}) {
  const { id, number, text, marks, own } = props;
  const theme = useTheme();
  const worst = marks.find(({ severity }) => severity === 'error') ?? marks[0];
  const tone = worst?.severity ?? (own && ownTone[own]);
  const colours = tone && toneColours(theme, tone);
  return (
    <Box
      id={id}
      tabIndex={-1}
      sx={{
        width: 'max-content',
        minWidth: '100%',
        bgcolor: colours?.fill,
        boxShadow: worst && `inset 3px 0 ${colours!.text}`,
        scrollMarginBlock: '120px',
        '&:focus': { outline: 'none', bgcolor: 'action.selected' },
      }}
    >
      <Box sx={{ display: 'flex' }}>
        <Box
          aria-hidden
          sx={{
            width: gutter - 16,
            flexShrink: 0,
            textAlign: 'right',
            color: colours?.text ?? 'text.secondary',
            userSelect: 'none',
          }}
        >
          {number}
        </Box>
        <Box
          aria-label={own}
          title={own && ownTitle[own]}
          sx={{
            width: 16,
            flexShrink: 0,
            textAlign: 'center',
            color: colours?.text,
            userSelect: 'none',
          }}
        >
          {own && ownSign[own]}
        </Box>
        <Box component="span" sx={{ whiteSpace: 'pre', pr: 2 }}>
          {yamlTokens(text).map((token, index) => (
            <span key={index} data-token={token.kind}>
              {token.text}
            </span>
          ))}
          {text === '' && ' '}
        </Box>
      </Box>
      {marks.map(mark => (
        <LineMark key={`${mark.column} ${mark.rule}`} mark={mark} />
      ))}
    </Box>
  );
}

function LineMark({ mark }: { mark: ProblemMark }) {
  const theme = useTheme();
  const { severity, column, message, rule } = mark;
  const Icon = severity === 'error' ? ErrorIcon : WarningIcon;
  return (
    <Box
      title={rule}
      sx={{
        // Stays in view however far the line is scrolled.
        position: 'sticky',
        left: gutter,
        ml: `${gutter}px`,
        pb: 0.5,
        width: 'fit-content',
        maxWidth: { xs: 'min(260px, 66vw)', sm: '64ch' },
        color: toneColours(theme, severity).text,
        fontFamily: theme.typography.fontFamily,
        display: 'flex',
        gap: 0.75,
      }}
    >
      <Icon
        titleAccess={severity === 'error' ? 'Error' : 'Warning'}
        sx={{ fontSize: 16, flexShrink: 0, mt: '3px' }}
      />
      <span>
        <Sentence>{message}</Sentence>
        <Box component="span" sx={{ opacity: 0.85, whiteSpace: 'nowrap' }}>
          {' '}
          column {column}
        </Box>
      </span>
    </Box>
  );
}
