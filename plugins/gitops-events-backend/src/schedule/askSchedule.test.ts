import { mockServices } from '@backstage/backend-test-utils';
import {
  isActive,
  type SensorInput,
} from '@gitops-events/plugin-gitops-events-sensors';
import fc from 'fast-check';
import { readConfig } from '../config';
import { testSensor } from '../pipeline/testSensor';
import { askSchedule, mayFreeze } from './askSchedule';
import type { Freeze } from './freeze';

const minute = 60_000;
const at = (text: string) => Date.parse(text);
const work = {
  timeZone: 'Europe/Berlin',
  active: [{ days: ['mon-fri'], from: '08:00', to: '18:00' }],
};
const production = { environment: 'production' };
const yearEnd: Freeze = {
  from: at('2026-12-18T17:00:00Z'),
  to: at('2027-01-03T23:00:00Z'),
  timeZone: 'Europe/Berlin',
  reason: 'year end',
};

function ask(
  now: string,
  spec: Partial<SensorInput['spec']>,
  freeze: Freeze[] = [],
) {
  const sensor = testSensor('deploy', spec);
  const said = askSchedule({
    run: { sensor: 'deploy', target: undefined },
    sensor,
    targets: { production: { class: 'production', mode: 'auto', freeze } },
    now: at(now),
  });
  return 'reason' in said ? said : undefined;
}

describe('askSchedule', () => {
  it('says until when a run waits, and for what', () => {
    const friday = '2026-11-20T17:30:00Z';
    expect(ask(friday, { schedule: work })).toMatchObject({
      answer: 'wait',
      dueAt: at('2026-11-23T07:00:00Z'),
      reason: {
        code: 'outsideHours',
        message:
          'Waits until Mon 23 Nov 2026 08:00 Europe/Berlin: outside the active hours of deploy.',
      },
    });
    expect(ask('2026-11-20T16:59:00Z', { schedule: work })).toBeUndefined();
    expect(
      ask(friday, { schedule: { ...work, outside: 'hold' } }),
    ).toMatchObject({
      answer: 'hold',
      reason: {
        message: expect.stringContaining(
          'which begin again Mon 23 Nov 2026 08:00 Europe/Berlin. Release it',
        ),
      },
    });
  });

  it('waits for the end of a freeze, then for the hours', () => {
    const said = ask(
      '2026-12-21T09:00:00Z',
      { schedule: { ...work, outside: 'hold' }, target: production },
      [yearEnd],
    );
    expect(said).toMatchObject({
      answer: 'wait',
      reason: {
        code: 'freeze',
        message:
          'Waits until Mon 4 Jan 2027 08:00 Europe/Berlin: frozen, year end.',
      },
    });
    expect(said).toMatchObject({ dueAt: at('2027-01-04T07:00:00Z') });
  });

  it('is not concerned by freezes of other targets, nor of what is not told yet', () => {
    const now = '2026-12-21T09:00:00Z';
    const frozen = (spec: Partial<SensorInput['spec']>) =>
      ask(now, spec, [yearEnd]) !== undefined;
    expect(frozen({})).toBe(false);
    expect(frozen({ target: { environment: 'staging' } })).toBe(false);
    expect(frozen({ target: { cluster: 'eu-1' } })).toBe(false);
    const told = { environment: '${{ event.data.environment }}' };
    expect(frozen({ target: told })).toBe(false);
  });

  it('survives an environment that an event calls like what every object has', () => {
    const said = askSchedule({
      run: { sensor: 'deploy', target: { environment: 'constructor' } },
      sensor: testSensor('deploy'),
      targets: {},
      now: 0,
    });
    expect(said).toEqual({ answer: 'pass' });
  });

  it('asks only runs that may come into a freeze', () => {
    const targets = (freeze: Freeze[]) => ({
      production: {
        class: 'production' as const,
        mode: 'auto' as const,
        freeze,
      },
      staging: { class: 'staging' as const, mode: 'auto' as const },
    });
    const asks = (environment: string, now: number) =>
      mayFreeze(
        testSensor('a', { target: { environment } }),
        targets([yearEnd]),
        now,
      );
    expect(asks('production', yearEnd.from - 1)).toBe(true);
    expect(asks('production', yearEnd.to)).toBe(false);
    expect(asks('staging', yearEnd.from)).toBe(false);
    expect(asks('${{ event.data.environment }}', yearEnd.from)).toBe(true);
    expect(mayFreeze(testSensor('a'), targets([yearEnd]), yearEnd.from)).toBe(
      false,
    );
  });

  const hours = fc.constantFrom(
    undefined,
    work,
    { active: [{ from: '22:15', to: '03:45' }] },
    { timeZone: 'America/Havana', active: [{ days: ['sun'] }] },
  );
  const start = at('2026-10-30T00:00:00Z');
  const freezes = fc.array(
    fc.tuple(fc.nat(7_000), fc.integer({ min: 1, max: 3_000 })),
    { maxLength: 4 },
  );

  it('goes on at the first minute that is active and not frozen', () => {
    fc.assert(
      fc.property(hours, freezes, fc.nat(7_000), (schedule, list, first) => {
        const sensor = testSensor('deploy', { schedule, target: production });
        const freeze = list.map(([from, length]) => ({
          ...yearEnd,
          from: start + from * minute,
          to: start + (from + length) * minute,
        }));
        const now = start + first * minute;
        const said = askSchedule({
          run: { sensor: 'deploy', target: production },
          sensor,
          targets: {
            production: { class: 'production', mode: 'auto', freeze },
          },
          now,
        });
        let expected = now;
        const closed = () =>
          freeze.some(({ from, to }) => from <= expected && expected < to) ||
          (sensor.spec.schedule && !isActive(sensor.spec.schedule, expected));
        while (closed()) expected += minute;
        const until = said.answer === 'wait' ? said.reason.detail!.until : now;
        expect(until).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });
});

describe('freezes in the configuration', () => {
  const read = (freeze: object) =>
    readConfig(
      mockServices.rootConfig({
        data: {
          gitopsEvents: {
            targets: { production: { class: 'production', freeze: [freeze] } },
          },
        },
      }),
    ).targets.production.freeze;
  const reason = 'year end';
  const timeZone = 'Europe/Berlin';

  it('are read with their time zone, dates as whole days', () => {
    expect(
      read({ from: '2026-12-18T18:00', to: '2027-01-03', timeZone, reason }),
    ).toEqual([yearEnd]);
    expect(
      read({ from: '2026-12-18T17:00Z', to: '2027-01-03T23:00Z', reason }),
    ).toEqual([{ ...yearEnd, timeZone: 'UTC' }]);
  });

  it.each([
    [{ from: 'soon', to: '2027-01-03', reason }, /freeze\[0\]\.from is "soon"/],
    [
      { from: '2027-01-03', to: '2027-01-04', timeZone: 'Mars', reason },
      /zone "Mars"; write/,
    ],
    [
      { from: '2027-01-03', to: '2026-12-18', reason },
      /freeze\[0\] ends Sat 19 Dec 2026 00:00 UTC, before it begins/,
    ],
    [{ from: '2027-01-03', to: '2027-01-04' }, /reason/],
  ])('%j is refused with what to mend', (freeze, message) => {
    expect(() => read(freeze)).toThrow(message);
  });
});
