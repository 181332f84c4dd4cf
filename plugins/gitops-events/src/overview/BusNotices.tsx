import type {
  IntakeView,
  Standstill,
} from '@gitops-events/plugin-gitops-events-common';
import { Sentence } from '../navigation/Sentence';
import { Notice } from '../status/Notice';
import { Lasting } from '../time/Lasting';
import { TimeLeft } from '../time/TimeLeft';

/** What goes wrong at the bus, or soon will, and what to do about it. */
export function BusNotices(props: {
  intakes: readonly IntakeView[];
  standstills: readonly Standstill[];
}) {
  const { intakes, standstills } = props;
  const unreadable = intakes.reduce((sum, one) => sum + one.unreadable, 0);
  return (
    <>
      {standstills.map(({ partition, since, message }) => (
        <Notice key={`stands still ${partition}`} tone="error">
          <strong>{partition} has stood still</strong> <Lasting since={since} />
          : <Sentence>{message}</Sentence> It is tried again and loses nothing.
        </Notice>
      ))}
      {intakes.map(
        ({ partition, expiresAt }) =>
          expiresAt && (
            <Notice key={`expires ${partition}`} tone="warning">
              <strong>Events expire</strong>: what waits in {partition} is
              deleted <TimeLeft until={expiresAt} />. Let the database take it
              in, or have the broker keep it longer.
            </Notice>
          ),
      )}
      {intakes.map(
        ({ partition, filled }) =>
          !!filled && (
            <Notice key={`fills up ${partition}`} tone="warning">
              <strong>The broker fills up</strong>: what waits in {partition}{' '}
              takes {Math.round(filled * 100)} % of what the broker keeps;
              beyond that, the oldest is deleted. Let the database take it in,
              or have the broker keep more.
            </Notice>
          ),
      )}
      {unreadable > 0 && (
        <Notice tone="neutral">
          {unreadable === 1
            ? '1 record of the broker is no event; it is'
            : `${unreadable} records of the broker are no events; they are`}{' '}
          kept in the table <code>intake_leftovers</code>.
        </Notice>
      )}
    </>
  );
}
