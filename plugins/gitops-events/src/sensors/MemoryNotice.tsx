import Alert from '@mui/material/Alert';
import type { SensorDetail } from '@gitops-events/plugin-gitops-events-common';
import { keysInWords, memoryIsShort } from './sensorStatus';

/** Says that a sensor will soon, or does, hold events since it may not remember more. */
export function MemoryNotice({ sensor }: { sensor: SensorDetail }) {
  const { memory } = sensor;
  if (!memoryIsShort(memory)) return null;
  const full = memory.keys >= memory.limit;
  return (
    <Alert
      severity={full ? 'error' : 'warning'}
      variant="outlined"
      sx={{ mb: 2, color: 'text.primary' }}
    >
      <strong>
        It remembers {keysInWords(memory.keys)} of {keysInWords(memory.limit)}
      </strong>{' '}
      keys for its windows, duplicates and limits.{' '}
      {full
        ? 'Events that need another one are held.'
        : 'When it is full, events that need another one are held.'}{' '}
      Make its keys coarser or its times shorter, or have an administrator raise{' '}
      <code>gitopsEvents.limits.sensorKeys</code>.
    </Alert>
  );
}
