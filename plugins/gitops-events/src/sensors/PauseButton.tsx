import { useApi } from '@backstage/core-plugin-api';
import {
  sensorUpdatePermission,
  type SensorView,
} from '@gitops-events/plugin-gitops-events-common';
import { useState } from 'react';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { useRefusalReason } from '../api/useRefusalReason';
import { ActionButton } from '../feedback/ActionButton';
import { DecisionDialog, type Decision } from '../feedback/DecisionDialog';

/** Stops a sensor from deciding, or lets it decide again. */
export function PauseButton(props: {
  sensor: SensorView;
  onChanged: () => void;
}) {
  const { sensor, onChanged } = props;
  const api = useApi(gitopsEventsApiRef);
  const [decision, setDecision] = useState<Decision>();
  const refused = useRefusalReason(
    sensorUpdatePermission,
    'sensor',
    sensor.name,
  );
  const { name, version, title, paused } = sensor;

  const ask = () =>
    setDecision({
      title: paused ? `Resume “${title}”?` : `Pause “${title}”?`,
      effect: paused
        ? 'It decides again from now on. Events that came while it was paused were suppressed and stay so; replay them if they are needed.'
        : 'Events that arrive from now on are suppressed as paused: recorded with that reason, but nothing runs. Runs under way go on.',
      verb: paused ? 'Resume' : 'Pause',
      decide: async comment => {
        await api.call(paused ? 'resumeSensor' : 'pauseSensor', {
          params: { name },
          body: { version, comment },
        });
        onChanged();
      },
    });

  return (
    <>
      <ActionButton variant="outlined" reason={refused} onClick={ask}>
        {paused ? 'Resume' : 'Pause'}
      </ActionButton>
      <DecisionDialog
        decision={decision}
        onClose={() => setDecision(undefined)}
      />
    </>
  );
}
