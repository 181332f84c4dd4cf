import Box from '@mui/material/Box';
import Checkbox from '@mui/material/Checkbox';
import { boxStyle } from '../navigation/Section';
import { Sentence } from '../navigation/Sentence';
import type { ReactNode } from 'react';
import { focusRing } from '../navigation/focusRing';
import type { Cause } from './causes';

const rowStyle = {
  flex: 1,
  minWidth: 0,
  py: 1.25,
  pl: 0.5,
  pr: 2,
  border: 0,
  background: 'none',
  color: 'inherit',
  font: 'inherit',
  textAlign: 'left',
  cursor: 'pointer',
  '&:hover': { bgcolor: 'action.hover' },
  '&:focus-visible': focusRing,
} as const;

/** Causes, oldest first: how many, why, and a line of what else tells them apart. */
export function CauseList<T>(props: {
  /** `What is held, by cause`. */
  label: string;
  /** What one of them is: `held`. */
  noun: string;
  causes: readonly Cause<T>[];
  whyOf: (example: T) => string;
  noteOf: (cause: Cause<T>) => ReactNode;
  open: string | undefined;
  stateOf: (cause: Cause<T>) => 'none' | 'some' | 'all';
  onToggle: (cause: Cause<T>) => void;
  onOpen: (cause: string) => void;
}) {
  const { label, noun, causes, whyOf, noteOf } = props;
  const { open, stateOf, onToggle, onOpen } = props;
  return (
    <Box
      component="ul"
      aria-label={label}
      sx={{ ...boxStyle, p: 0, m: 0, listStyle: 'none', overflow: 'hidden' }}
    >
      {causes.map(cause => {
        const { example, items } = cause;
        const why = whyOf(example);
        const isOpen = cause.cause === open;
        return (
          <Box
            component="li"
            key={cause.cause}
            data-row={cause.cause}
            sx={{
              display: 'flex',
              alignItems: 'flex-start',
              bgcolor: isOpen ? 'action.selected' : undefined,
              '& + &': { borderTop: 1, borderColor: 'divider' },
            }}
          >
            <Checkbox
              size="small"
              checked={stateOf(cause) === 'all'}
              indeterminate={stateOf(cause) === 'some'}
              onChange={() => onToggle(cause)}
              inputProps={{
                'aria-label': `Select ${items.length} ${noun}: ${why}`,
              }}
              sx={{ mt: 0.25, ml: 0.5 }}
            />
            <Box
              component="button"
              type="button"
              data-row-focus
              aria-expanded={isOpen}
              onClick={() => onOpen(cause.cause)}
              sx={rowStyle}
            >
              <Box
                component="span"
                sx={{ display: 'flex', gap: 1, alignItems: 'baseline' }}
              >
                {items.length > 1 && (
                  <Box
                    component="span"
                    sx={{
                      fontWeight: 700,
                      fontVariantNumeric: 'tabular-nums',
                      whiteSpace: 'nowrap',
                    }}
                  >
                    {items.length} ×
                  </Box>
                )}
                <Box
                  component="span"
                  sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}
                >
                  <Sentence>{why}</Sentence>
                </Box>
              </Box>
              <Box
                component="span"
                sx={{
                  display: 'block',
                  color: 'text.secondary',
                  fontSize: '0.8125rem',
                  mt: 0.25,
                }}
              >
                {noteOf(cause)}
              </Box>
            </Box>
          </Box>
        );
      })}
    </Box>
  );
}
