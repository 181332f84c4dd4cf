import type { ReactNode } from 'react';
import { LinkTabs } from '../navigation/LinkTabs';
import { sensorTabs, type SensorTab } from './sensorTabs';

/** The tabs of one sensor, and the one that is open. */
export function SensorTabs(props: {
  /** Address of the sensor. */
  address: string;
  tab: SensorTab;
  children: ReactNode;
}) {
  return (
    <LinkTabs
      label="About this sensor"
      name="sensor"
      tabs={sensorTabs}
      {...props}
    />
  );
}
