/** Shows where the keyboard is; inside the edge, so that nothing around it cuts it off. */
export const focusRing = {
  outline: '2px solid',
  outlineColor: 'primary.main',
  outlineOffset: '-2px',
} as const;
