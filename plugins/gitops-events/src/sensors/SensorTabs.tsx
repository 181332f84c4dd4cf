import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import type { ReactNode } from 'react';
import { Link } from 'react-router-dom';
import { sensorTabs, type SensorTab } from './sensorTabs';

const tabStyle = {
  textTransform: 'none',
  letterSpacing: 0,
  color: 'text.secondary',
  // Backstage's theme makes tabs wide; five of them have to fit.
  '&&': { minHeight: 40, minWidth: 0, px: { xs: 1.25, sm: 2 }, py: 1 },
  '&[aria-selected=true]': { color: 'text.primary' },
} as const;

/** The tabs of one sensor, as links, and the one that is open. */
export function SensorTabs(props: {
  /** Address of the sensor. */
  address: string;
  tab: SensorTab;
  children: ReactNode;
}) {
  const { address, tab, children } = props;
  const idOf = (path: SensorTab) => `sensor-tab-${path || 'flow'}`;
  return (
    <>
      <Tabs
        value={tab}
        aria-label="About this sensor"
        variant="scrollable"
        scrollButtons={false}
        sx={{ mb: 2.5, borderBottom: 1, borderColor: 'divider', minHeight: 40 }}
      >
        {sensorTabs.map(({ path, title }) => (
          <Tab
            key={path}
            value={path}
            label={title}
            component={Link}
            to={path ? `${address}/${path}` : address}
            id={idOf(path)}
            aria-controls="sensor-panel"
            sx={tabStyle}
          />
        ))}
      </Tabs>
      <div role="tabpanel" id="sensor-panel" aria-labelledby={idOf(tab)}>
        {children}
      </div>
    </>
  );
}
