import Box from '@mui/material/Box';
import GlobalStyles from '@mui/material/GlobalStyles';
import { useEffect, type ReactNode } from 'react';
import { useLocation } from 'react-router-dom';
import { StopBanner } from '../stops/StopBanner';

// The framework's tabs would make a narrow page scroll sideways; so they scroll alone.
const narrowTabs = {
  '.bui-TabListWrapper': {
    overflowX: 'auto',
    overflowY: 'hidden',
    paddingBottom: 1,
    scrollbarWidth: 'none',
  },
} as const;

/** The space below the framework's header: one measure for every page of ours. */
export function PageBody(props: { children: ReactNode; padded?: boolean }) {
  const { children, padded = true } = props;
  const { pathname } = useLocation();
  useEffect(() => {
    // On a narrow screen the chosen tab may be the one that is cut off.
    document
      .querySelector('.bui-TabListWrapper [aria-selected=true]')
      ?.scrollIntoView?.({ block: 'nearest', inline: 'nearest' });
  }, [pathname]);
  return (
    <>
      <GlobalStyles styles={narrowTabs} />
      <Box
        sx={{
          // A page never scrolls sideways; what is wide scrolls inside itself.
          minWidth: 0,
          maxWidth: 1600,
          mx: padded ? 'auto' : 0,
          // The framework's header brings its own space below, so there is none on top.
          px: padded ? { xs: 2, sm: 3 } : 0,
          pb: padded ? { xs: 2, sm: 3 } : 0,
          color: 'text.primary',
          fontSize: '0.875rem',
          fontFamily: theme => theme.typography.fontFamily,
        }}
      >
        <StopBanner />
        {children}
      </Box>
    </>
  );
}
