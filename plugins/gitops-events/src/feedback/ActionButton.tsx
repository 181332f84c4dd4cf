import Button, { type ButtonProps } from '@mui/material/Button';
import Tooltip from '@mui/material/Tooltip';

/** A button that says why it cannot be used instead of failing when it is. */
export function ActionButton(props: ButtonProps & { reason?: string | false }) {
  const { reason, ...button } = props;
  if (!reason) return <Button {...button} />;
  const name =
    typeof button.children === 'string' ? button.children : undefined;
  return (
    <Tooltip title={reason} arrow>
      {/* A disabled button gets neither focus nor hover, so the reason sits around it. */}
      <span
        tabIndex={0}
        role="button"
        aria-disabled
        aria-label={name && `${name}. Not possible: ${reason}`}
      >
        <Button {...button} disabled tabIndex={-1} aria-hidden />
      </span>
    </Tooltip>
  );
}
