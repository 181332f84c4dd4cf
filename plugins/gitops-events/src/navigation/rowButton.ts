import { focusRing } from './focusRing';

/** A button that is a whole row of a list. */
export const rowButton = {
  width: '100%',
  border: 0,
  bgcolor: 'transparent',
  color: 'inherit',
  font: 'inherit',
  textAlign: 'left',
  cursor: 'pointer',
  '&:hover': { bgcolor: 'action.hover' },
  '&:focus-visible': focusRing,
} as const;
