import ChevronIcon from '@mui/icons-material/ChevronRight';
import Box from '@mui/material/Box';
import { useTheme } from '@mui/material/styles';
import type { FileDiff } from '@gitops-events/plugin-gitops-events-common';
import { useId } from 'react';
import { toneColours } from '../status/toneColours';
import { DiffLines } from './DiffLines';
import { focusRing } from '../navigation/focusRing';

const headStyle = {
  position: 'sticky',
  top: 0,
  zIndex: 1,
  display: 'flex',
  alignItems: 'center',
  gap: 0.75,
  width: '100%',
  px: 1,
  py: 0.875,
  border: 0,
  bgcolor: 'background.paper',
  backgroundImage: (theme: { palette: { action: { hover: string } } }) =>
    `linear-gradient(${theme.palette.action.hover}, ${theme.palette.action.hover})`,
  color: 'inherit',
  fontFamily: 'monospace',
  fontSize: '0.8125rem',
  textAlign: 'left',
  cursor: 'pointer',
  '&:focus-visible': focusRing,
} as const;

const kindWords: Record<FileDiff['kind'], string | undefined> = {
  added: 'new',
  deleted: 'deleted',
  modified: undefined,
};

/** One file of a diff: its head with what is added and taken away, its lines below. */
export function DiffFile(props: {
  file: FileDiff;
  open: boolean;
  onToggle: () => void;
}) {
  const { file, open, onToggle } = props;
  const theme = useTheme();
  const id = useId();
  const word = kindWords[file.kind];
  return (
    <Box
      sx={{
        border: 1,
        borderColor: 'divider',
        borderRadius: '8px',
        overflow: 'clip',
        minWidth: 0,
        bgcolor: 'background.paper',
      }}
    >
      <Box
        component="button"
        type="button"
        aria-expanded={open}
        aria-controls={id}
        onClick={onToggle}
        data-row={file.path}
        sx={headStyle}
      >
        <ChevronIcon
          aria-hidden
          sx={{
            fontSize: 18,
            flexShrink: 0,
            transform: open ? 'rotate(90deg)' : undefined,
          }}
        />
        <Box
          component="span"
          sx={{ flex: '1 1 auto', minWidth: 0, overflowWrap: 'anywhere' }}
        >
          {file.path}
          {word && (
            <Box
              component="span"
              sx={{
                color: 'text.secondary',
                fontFamily: theme.typography.fontFamily,
              }}
            >
              {' '}
              {word}
            </Box>
          )}
        </Box>
        <Box
          component="span"
          sx={{ whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' }}
        >
          <span style={{ color: toneColours(theme, 'success').text }}>
            +{file.additions}
          </span>{' '}
          <span style={{ color: toneColours(theme, 'error').text }}>
            -{file.deletions}
          </span>
        </Box>
      </Box>
      <div id={id}>
        {open &&
          (file.binary ? (
            <Box sx={{ p: 2, color: 'text.secondary' }}>
              A binary file; its content is not shown.
            </Box>
          ) : (
            <DiffLines file={file} />
          ))}
      </div>
    </Box>
  );
}
