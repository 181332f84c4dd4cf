import { boxStyle } from '../navigation/Section';

// Beside the list it fits below the filters and scrolls inside itself, its buttons at the lower edge.
export const panelStyle = {
  ...boxStyle,
  pb: 0,
  position: { lg: 'sticky' },
  top: { lg: 16 },
  maxHeight: {
    lg: 'max(420px, calc(100vh - var(--gitops-events-above, 258px)))',
  },
  overflowY: { lg: 'auto' },
} as const;

export const buttonsStyle = {
  display: 'flex',
  flexWrap: 'wrap',
  justifyContent: 'flex-end',
  gap: 1,
  // On a phone the bar of the app lies over the lower edge.
  position: { sm: 'sticky' },
  bottom: 0,
  zIndex: 2,
  mt: 2,
  mx: -2,
  px: 2,
  py: 1.5,
  borderTop: 1,
  borderColor: 'divider',
  bgcolor: 'background.paper',
} as const;
