import { useRouteRef } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import {
  durationInWords,
  type Overview,
} from '@gitops-events/plugin-gitops-events-common';
import {
  changesRouteRef,
  eventsRouteRef,
  quarantineRouteRef,
  sensorsRouteRef,
} from '../routes';
import { formatAgo } from '../time/formatAgo';
import { useNow } from '../time/useNow';
import { budgetLeft } from './errorBudget';
import { Figure } from './Figure';
import { Meter } from './Meter';
import { Sparkline } from './Sparkline';

const rate = (perMinute: number) =>
  perMinute >= 10 || Number.isInteger(perMinute)
    ? String(Math.round(perMinute))
    : perMinute.toFixed(1);

const percent = (share: number) => Math.floor(share * 1_000) / 10;

function budgetTone(left: number) {
  if (left <= 0) return 'error';
  return left < 0.25 ? 'warning' : 'success';
}

/** Five numbers that say whether all is well. */
export function Figures({ overview }: { overview: Overview }) {
  const events = useRouteRef(eventsRouteRef)();
  const sensors = useRouteRef(sensorsRouteRef)();
  const changes = useRouteRef(changesRouteRef)();
  const quarantine = useRouteRef(quarantineRouteRef)();
  const now = useNow();
  const { eventsPerMinute, firedPerMinute, appliedMs, objectiveMs, held } =
    overview;
  const objective = durationInWords(objectiveMs);
  const left =
    overview.withinObjective === undefined
      ? undefined
      : budgetLeft(overview.withinObjective);
  const span = durationInWords(
    overview.bucketMs * eventsPerMinute.series.length,
  );
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 1.5,
        mb: 3,
        gridTemplateColumns: {
          xs: 'repeat(auto-fit, minmax(140px, 1fr))',
          sm: 'repeat(auto-fit, minmax(190px, 1fr))',
        },
        // Five in two columns: the last one takes its line alone.
        '& > :last-child': { gridColumn: { xs: '1 / -1', sm: 'auto' } },
      }}
    >
      <Figure
        label="Events"
        value={rate(eventsPerMinute.now)}
        unit="/ min"
        note={`accepted within the last ${span}`}
        to={events}
      >
        <Sparkline values={eventsPerMinute.series} label="Events a minute" />
      </Figure>
      <Figure
        label="Fired"
        value={rate(firedPerMinute.now)}
        unit="/ min"
        note="sensors that reacted"
        to={sensors}
      >
        <Sparkline values={firedPerMinute.series} label="Fired a minute" />
      </Figure>
      <Figure
        label="Event to applied, p99"
        value={appliedMs ? durationInWords(appliedMs.p99) : '–'}
        note={
          appliedMs
            ? `half took ${durationInWords(appliedMs.p50)} or less; objective ${objective}`
            : 'nothing was applied in the last 24 h'
        }
        tone={
          appliedMs && (appliedMs.p99 <= objectiveMs ? 'success' : 'warning')
        }
        to={changes}
      >
        {appliedMs && <Meter share={appliedMs.p99 / objectiveMs} />}
      </Figure>
      <Figure
        label="Error budget left"
        value={left === undefined ? '–' : `${Math.round(left * 100)}`}
        unit={left === undefined ? undefined : '%'}
        note={
          overview.withinObjective === undefined
            ? 'told once something is applied'
            : `${percent(overview.withinObjective)} % were within ${objective}`
        }
        tone={left === undefined ? undefined : budgetTone(left)}
        to={changes}
      >
        {left !== undefined && <Meter share={left} />}
      </Figure>
      <Figure
        label="In quarantine"
        value={String(held.count)}
        note={
          held.oldestAt
            ? `oldest ${formatAgo(held.oldestAt, now)}; a person decides`
            : 'nothing waits for a decision'
        }
        tone={held.count > 0 ? 'warning' : undefined}
        to={quarantine}
      />
    </Box>
  );
}
