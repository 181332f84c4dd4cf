import type { BreakerView } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { breakerRowOf, type BreakerRow } from '../store/breakers';
import { groupBy } from './groupBy';
import { iso } from './runView';

const MAX_SCOPES = 20;
/** Of a page of sensors; a sensor shows one and names the others. */
const MAX_ROWS = 1_000;

/** The breakers of sensors, one view a sensor that ever failed. */
export async function readBreakers(
  knex: Knex,
  sensors: string[],
): Promise<Map<string, BreakerView>> {
  const versions: Array<{ sensor: string; version: unknown }> = await knex(
    'breakers',
  )
    .whereIn('sensor', sensors)
    .groupBy('sensor')
    .select('sensor')
    .sum({ version: 'version' });
  const rows = await knex('breakers')
    .whereIn('sensor', sensors)
    .where(which => which.whereNot({ state: 'closed' }).orWhere({ scope: '' }))
    .orderBy(['sensor', 'scope'])
    .limit(MAX_ROWS);
  const bySensor = groupBy(rows.map(breakerRowOf), ({ sensor }) => sensor);
  return new Map(
    versions.map(({ sensor, version }) => [
      sensor,
      breakerView(bySensor.get(sensor) ?? [], Number(version)),
    ]),
  );
}

/** As long as nothing failed there is no row. */
export const untouchedBreaker: BreakerView = {
  state: 'closed',
  failures: 0,
  scopes: [],
  version: 0,
};

function breakerView(rows: BreakerRow[], version: number): BreakerView {
  const open = rows
    .flatMap(({ scope, breaker }) =>
      breaker.state === 'closed' ? [] : [{ scope, breaker }],
    )
    .sort((a, b) => a.breaker.openedAt - b.breaker.openedAt);
  if (open.length === 0) {
    const [first] = rows;
    const failures =
      first?.breaker.state === 'closed' ? first.breaker.failures.length : 0;
    return { ...untouchedBreaker, failures, version };
  }
  const [{ breaker }] = open;
  return {
    state: breaker.state,
    openedAt: iso(breaker.openedAt),
    until: iso(breaker.until),
    failures: breaker.failures,
    ...(breaker.reason && { reason: breaker.reason }),
    scopes: open
      .map(({ scope }) => scope)
      .filter(scope => scope !== '')
      .slice(0, MAX_SCOPES),
    version,
  };
}
