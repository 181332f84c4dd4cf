import OpenIcon from '@mui/icons-material/OpenInNewOutlined';
import Link, { type LinkProps } from '@mui/material/Link';
import { Link as RouterLink } from 'react-router-dom';

// Backstage's own link colour, where the theme has it; its primary colour is made for buttons.
const linkColour = (theme: { palette: unknown }) => {
  const palette = theme.palette as { link?: string; primary: { main: string } };
  return palette.link ?? palette.primary.main;
};

/** A link into the portal (`/...`, or relative) or out of it; anything but http(s) outside is shown as text. */
export function TextLink({
  to,
  children,
  ...rest
}: LinkProps & { to: string }) {
  const outside = /^[a-z][a-z0-9+.-]*:|^\/\//i.test(to);
  if (!outside) {
    return (
      <Link
        {...rest}
        component={RouterLink}
        to={to}
        underline="hover"
        sx={{ color: linkColour, ...rest.sx }}
      >
        {children}
      </Link>
    );
  }
  if (!/^https?:\/\//i.test(to)) return <>{children}</>;
  return (
    <Link
      {...rest}
      href={to}
      target="_blank"
      rel="noopener noreferrer"
      underline="hover"
      sx={{ color: linkColour, ...rest.sx }}
    >
      {children}
      <OpenIcon
        titleAccess="opens in a new tab"
        sx={{ fontSize: '0.9em', ml: 0.375, verticalAlign: '-0.1em' }}
      />
    </Link>
  );
}
