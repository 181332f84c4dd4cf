/** The tabs of a sensor, each an address below its own. */
export const sensorTabs = [
  { path: '', title: 'Flow' },
  { path: 'decisions', title: 'Decisions' },
  { path: 'test', title: 'Test bench' },
  { path: 'source', title: 'Source' },
  { path: 'revisions', title: 'Revisions' },
] as const;

export type SensorTab = (typeof sensorTabs)[number]['path'];
