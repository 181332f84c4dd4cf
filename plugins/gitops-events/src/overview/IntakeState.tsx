import { useApi } from '@backstage/core-plugin-api';
import type { IntakeView } from '@gitops-events/plugin-gitops-events-common';
import { useState } from 'react';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { ActionButton } from '../feedback/ActionButton';
import { DecisionDialog } from '../feedback/DecisionDialog';
import { GoOnChoice, type From } from '../feedback/GoOnChoice';
import { Notice } from '../status/Notice';
import { useMayStop } from '../stops/useMayStop';
import { RelativeTime } from '../time/RelativeTime';

/** Partitions of the bus that wait for a person; nothing where all goes on. */
export function IntakeState(props: {
  intakes: IntakeView[];
  onChanged: () => void;
}) {
  const { intakes, onChanged } = props;
  const api = useApi(gitopsEventsApiRef);
  const mayStop = useMayStop();
  const [asked, setAsked] = useState<IntakeView>();
  const [forgotten, setForgotten] = useState<IntakeView>();
  return (
    <>
      {intakes
        .filter(({ stopped, retired }) => stopped || retired)
        .map(intake => (
          <Waiting
            key={intake.partition}
            intake={intake}
            {...(mayStop &&
              (intake.retired
                ? { verb: 'Let it go…', onAsk: () => setForgotten(intake) }
                : { verb: 'Let it go on…', onAsk: () => setAsked(intake) }))}
          />
        ))}
      <DecisionDialog
        onClose={() => setForgotten(undefined)}
        decision={
          forgotten && {
            title: `Let ${forgotten.partition} go?`,
            effect:
              'Events that are left in it are never taken in, though they were acknowledged. It is on record that you decided that.',
            verb: 'Let it go',
            commentRequired: true,
            decide: async comment => {
              const { partition, version } = forgotten;
              await api.call('letIntakeGo', {
                params: { partition },
                body: { version, comment: comment! },
              });
              onChanged();
            },
          }
        }
      />
      <GoOnDialog
        key={asked?.partition}
        asked={asked}
        onClose={() => setAsked(undefined)}
        onChanged={onChanged}
      />
    </>
  );
}

/** Asks from where a partition goes on after a loss. */
function GoOnDialog(props: {
  asked: IntakeView | undefined;
  onClose: () => void;
  onChanged: () => void;
}) {
  const { asked, onClose, onChanged } = props;
  const api = useApi(gitopsEventsApiRef);
  const [from, setFrom] = useState<From>('oldest');
  return (
    <DecisionDialog
      onClose={onClose}
      decision={
        asked && {
          title: `Let ${asked.partition} go on?`,
          effect:
            'What is lost stays lost. Events that were taken in before are not taken in twice, wherever it goes on.',
          verb: 'Let it go on',
          commentRequired: true,
          fields: (
            <>
              {asked.stopped && <div>{asked.stopped.message}</div>}
              <GoOnChoice noun="event" value={from} onChange={setFrom} />
            </>
          ),
          decide: async comment => {
            const { partition, version } = asked;
            await api.call('letIntakeGoOn', {
              params: { partition },
              body: { version, from, comment: comment! },
            });
            onChanged();
          },
        }
      }
    />
  );
}

function Waiting(props: {
  intake: IntakeView;
  verb?: string;
  onAsk?: () => void;
}) {
  const { intake, verb, onAsk } = props;
  const { partition, stopped, retired } = intake;
  return (
    <Notice
      tone={stopped ? 'error' : 'warning'}
      stacked
      action={
        onAsk && (
          <ActionButton size="small" variant="outlined" onClick={onAsk}>
            {verb}
          </ActionButton>
        )
      }
    >
      {stopped && (
        <div>
          <span role="alert">
            <strong>Events were lost in {partition}</strong>: {stopped.message}{' '}
            Nothing more is read from it until somebody says from where.
          </span>{' '}
          Noticed <RelativeTime at={stopped.since} />.
        </div>
      )}
      {retired && (
        <div role="alert">
          <strong>Events may be left in {partition}</strong>: {retired.message}
        </div>
      )}
    </Notice>
  );
}
