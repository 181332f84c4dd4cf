import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import type { ReactNode } from 'react';
import { Link } from 'react-router-dom';

const tabStyle = {
  textTransform: 'none',
  letterSpacing: 0,
  color: 'text.secondary',
  // Backstage's theme makes tabs wide; five of them have to fit.
  '&&': { minHeight: 40, minWidth: 0, px: { xs: 1.25, sm: 2 }, py: 1 },
  '&[aria-selected=true]': { color: 'text.primary' },
} as const;

/** Tabs within a page, as links, and the one that is open. */
export function LinkTabs<Path extends string>(props: {
  /** What they are about, for screen readers: `About this sensor`. */
  label: string;
  /** Begins the ids of its elements. */
  name: string;
  /** Where the tab of the empty path is. */
  address: string;
  tabs: readonly { path: Path; title: ReactNode }[];
  tab: Path;
  /** Without them what is open stands alone, and stays what it is when they appear. */
  hidden?: boolean;
  children: ReactNode;
}) {
  const { label, name, address, tabs, tab, hidden = false, children } = props;
  const idOf = (path: Path) => `${name}-tab-${path || 'first'}`;
  return (
    <>
      {!hidden && (
        <Tabs
          value={tab}
          aria-label={label}
          variant="scrollable"
          scrollButtons={false}
          sx={{
            mb: 2.5,
            borderBottom: 1,
            borderColor: 'divider',
            minHeight: 40,
          }}
        >
          {tabs.map(({ path, title }) => (
            <Tab
              key={path}
              value={path}
              label={title}
              component={Link}
              to={path ? `${address}/${path}` : address}
              id={idOf(path)}
              aria-controls={`${name}-panel`}
              sx={tabStyle}
            />
          ))}
        </Tabs>
      )}
      <div
        {...(!hidden && {
          role: 'tabpanel',
          id: `${name}-panel`,
          'aria-labelledby': idOf(tab),
        })}
      >
        {children}
      </div>
    </>
  );
}
