import Button, { type ButtonProps } from '@mui/material/Button';
import Tooltip from '@mui/material/Tooltip';
import type { Theme } from '@mui/material/styles';
import { forwardRef } from 'react';
import type { LinkProps } from 'react-router-dom';
import { toneColours } from '../status/toneColours';

type ActionButtonProps = ButtonProps &
  Partial<Pick<LinkProps, 'to'>> & {
    component?: React.ElementType;
    /** Why it cannot be used; then it is disabled and says so. */
    reason?: string | false;
  };

const plain = {
  textTransform: 'none',
  letterSpacing: 0,
  flexShrink: 0,
} as const;

// The theme's red is made for surfaces; as text it is too faint on dark paper.
const readableError = {
  '&:not(:disabled)': {
    color: (theme: Theme) => toneColours(theme, 'error').text,
    borderColor: (theme: Theme) => toneColours(theme, 'error').border,
  },
};

/**
 * The one button of our pages. Words as they are written, and where it cannot
 * be used it says why instead of failing when it is.
 */
export const ActionButton = forwardRef<HTMLButtonElement, ActionButtonProps>(
  (props, ref) => {
    const { reason, sx, ...rest } = props;
    const style = [
      plain,
      rest.color === 'error' && rest.variant === 'outlined' && readableError,
      ...(Array.isArray(sx) ? sx : [sx]),
    ];
    if (!reason) return <Button {...rest} ref={ref} sx={style} />;
    const { children } = rest;
    const name = typeof children === 'string' ? children : undefined;
    return (
      <Tooltip title={reason} arrow enterTouchDelay={0}>
        {/* A disabled button gets neither focus nor hover, so the reason sits around it. */}
        <span
          tabIndex={0}
          role="button"
          aria-disabled
          aria-label={name && `${name}. Not possible: ${reason}`}
        >
          <Button {...rest} sx={style} disabled tabIndex={-1} aria-hidden />
        </span>
      </Tooltip>
    );
  },
);
