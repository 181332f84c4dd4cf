import { dependenciesOf } from './match/conditionOf';
import { shorten } from './cel/expression';
import { builtInActions } from './actions';
import { gitChangeInputSchema } from './gitChangeInput';
import { secretPlaces } from './secrets/secretTexts';
import {
  retrySchema,
  type breakerFailures,
  type RateLimit,
  type Schedule,
  type Sensor,
  type SensorStep,
  type SensorWindow,
} from './schema';

const modeWords: Record<Sensor['spec']['mode'], string> = {
  observe: 'Shows what it would do and changes nothing',
  propose: 'Opens pull requests and never merges them itself',
  auto: 'Merges by itself what the policies pass',
};

const actionWords: Record<
  string,
  ((input: Record<string, unknown>) => string) | undefined
> = {
  'git:change': changeInWords,
  'sync:wait': ({ application }) =>
    `Waits until ${application ?? 'what it changed'} is applied and healthy`,
};

const priorityWords = {
  high: 'Goes before others when many runs are due',
  low: 'Lets others go first when many runs are due',
};

/** A sensor in words, for screens. @public */
export interface SensorDescription {
  title: string;
  /** One sentence a dependency that can fire it. */
  listensTo: string[];
  /** What its runs concern: their entity, where they land, what approvers are shown. */
  concerns: string[];
  /** One sentence a step, in order. */
  does: string[];
  /** One sentence a step that is taken when the run would fail. */
  onFailure: string[];
  /** What bounds it, one sentence each. */
  bounds: string[];
}

/**
 * Says what a sensor does.
 *
 * @public
 */
export function describeSensor(sensor: Sensor): SensorDescription {
  const { metadata, spec } = sensor;
  return {
    title: metadata.title ?? metadata.name,
    listensTo: dependenciesOf(sensor).map(({ name, type, ingress, filter }) => {
      const from = ingress === undefined ? '' : ` from ${ingress}`;
      const where = filter === undefined ? '' : ` where ${shorten(filter)}`;
      return `${name}: ${type.replace(/\.\*$/, '.…')}${from}${where}`;
    }),
    concerns: concernsInWords(spec),
    does: spec.steps.map(step => `${step.id}: ${describeStep(step)}`),
    onFailure: (spec.onFailure ?? []).map(
      step => `${step.id}: ${describeStep(step)}`,
    ),
    bounds: [
      modeWords[spec.mode],
      ...(spec.dedupe
        ? [
            `Once in ${spec.dedupe.for} for the same ${shorten(spec.dedupe.key)}`,
          ]
        : []),
      ...(spec.window ? [windowInWords(sensor, spec.window)] : []),
      ...(spec.rateLimit ? [limitInWords(spec.rateLimit)] : []),
      ...(spec.maxAge ? [`Only events up to ${spec.maxAge} old`] : []),
      ...scheduleInWords(spec.schedule),
      ...concurrencyInWords(spec.concurrency),
      ...breakerInWords(spec.circuitBreaker),
      ...(spec.priority === 'normal' ? [] : [priorityWords[spec.priority]]),
      `A step that cannot reach the other side is ${retryInWords()}`,
    ],
  };
}

/** Says what one step does, and when. @public */
export function describeStep(step: SensorStep): string {
  const { action, input } = step;
  const known = builtInActions.find(candidate => candidate.id === action);
  const timeout = step.timeout ?? known?.timeout;
  return [
    actionWords[action]?.(input) ?? `Runs ${action}`,
    ...secretsInWords(input),
    ...(step.if === undefined ? [] : [`only if ${shorten(step.if)}`]),
    ...(timeout === undefined || timeout === 'never'
      ? []
      : [`for at most ${timeout}`]),
    ...(step.retry ? [retryInWords(step.retry)] : []),
  ].join(', ');
}

function secretsInWords(input: SensorStep['input']): string[] {
  const names = new Set(secretPlaces(input).flatMap(place => place.names));
  if (names.size === 0) return [];
  return [
    `with the ${names.size === 1 ? 'secret' : 'secrets'} ${[...names].join(' and ')}`,
  ];
}

function retryInWords(retry: SensorStep['retry'] = retrySchema.parse({})) {
  const { attempts, backoff, maxBackoff } = retry;
  return `tried up to ${attempts} times, ${backoff} to ${maxBackoff} apart`;
}

/** Inputs may hold `${{ }}`, so only what is left out is known to the schema. */
function changeInWords(input: Record<string, unknown>): string {
  const { base, merge, coalesce } = gitChangeInputSchema.shape;
  const { draft } = { draft: false, ...(input.pullRequest ?? {}) };
  const branch = input.base ?? base.parse(undefined);
  const { approvals } = { ...merge.parse(undefined), ...(input.merge ?? {}) };
  const { within } = {
    ...coalesce.parse({}),
    ...(input.coalesce ?? {}),
  };
  return [
    `Changes ${input.repo}, branch ${branch}`,
    ...(input.coalesce ? [`gathered for up to ${within}`] : []),
    `${approvals} ${approvals === 1 ? 'approval' : 'approvals'} where it may not merge by itself${draft ? ', a draft until then' : ''}`,
  ].join(', ');
}

const failureWords: Record<(typeof breakerFailures)[number], string> = {
  policyDenied: 'denied by policy',
  failed: 'failed',
  syncFailed: 'sync failed',
};

function concurrencyInWords(
  concurrency: Sensor['spec']['concurrency'],
): string[] {
  if (!concurrency) return [];
  const { key, max, over } = concurrency;
  const same = key === undefined ? '' : ` for the same ${shorten(key)}`;
  const next = over === 'wait' ? 'the next waits' : 'a newer cancels the older';
  return [`At most ${max} at a time${same}; ${next}`];
}

const outsideWords: Record<Schedule['outside'], string> = {
  wait: 'runs wait until then',
  hold: 'what would begin at another time is held',
  drop: 'what comes at another time is dropped',
};

function scheduleInWords(schedule: Schedule | undefined): string[] {
  if (!schedule) return [];
  const { timeZone, active, outside } = schedule;
  const hours = active.map(
    ({ days, from, to }) => `${days.join(', ')} ${from} to ${to}`,
  );
  return [
    `Begins only ${hours.join(', or ')} (${timeZone}); ${outsideWords[outside]}`,
  ];
}

function breakerInWords(breaker: Sensor['spec']['circuitBreaker']): string[] {
  if (!breaker) return [];
  const { failures, within, openFor, per, over, maxHold, counts } = breaker;
  const kinds = counts.map(kind => failureWords[kind]).join(', ');
  const whose = per === 'sensor' ? '' : ` of the same ${per}`;
  const what = over === 'hold' ? 'holds what comes' : 'waits';
  const atMost = maxHold && over === 'wait' ? `, at most ${maxHold}` : '';
  return [
    `After ${failures === 1 ? 'a failure' : `${failures} failures`}${whose} (${kinds}) within ${within} it ${what} for ${openFor}${atMost}, then one run tries`,
  ];
}

function concernsInWords({
  entity,
  target = {},
  context = {},
}: Sensor['spec']): string[] {
  const fields = Object.entries(target).map(
    ([field, value]) => `${field} ${shorten(value)}`,
  );
  const shown = Object.entries(context).map(
    ([name, value]) => `${name} (${shorten(value)})`,
  );
  return [
    ...(entity === undefined ? [] : [`The entity ${shorten(entity)}`]),
    ...(fields.length > 0 ? [`Lands in ${fields.join(', ')}`] : []),
    ...(shown.length > 0 ? [`Approvers are shown ${shown.join(', ')}`] : []),
  ];
}

function windowInWords({ spec }: Sensor, window: SensorWindow): string {
  const { key, join, count, batch, debounce, cooldown } = window;
  const per = key === undefined ? '' : `, for each ${shorten(key)}`;
  if (join) {
    const reset = join.reset
      ? `, and starts anew at ${join.reset.cron} (${join.reset.timeZone})`
      : '';
    const all = spec.dependencies.map(({ name }) => name).join(' && ');
    return `Waits up to ${join.within} for ${shorten(spec.condition ?? all)}${per}${reset}`;
  }
  if (count) {
    const reset = count.reset ? `, and ${count.reset} starts anew` : '';
    return `Fires with ${count.of} events within ${count.within}${per}${reset}`;
  }
  if (batch) {
    return `Fires once for up to ${batch.size} events within ${batch.within}${per}`;
  }
  if (debounce) {
    const atMost = debounce.atMost
      ? `, at most ${debounce.atMost} after the first`
      : '';
    return `Fires the last event once it was quiet for ${debounce.quiet}${per}${atMost}`;
  }
  return `Fires the first event, and counts the others for ${cooldown!.for}${per}`;
}

const overWords: Record<RateLimit['over'], string> = {
  delay: 'the rest waits its turn',
  drop: 'the rest is dropped',
  hold: 'the rest is held',
};

function limitInWords({ max, per, key, over, atMost }: RateLimit): string {
  const each = key === undefined ? '' : `, for each ${shorten(key)}`;
  const longest = over === 'delay' ? `, up to ${atMost}` : '';
  return `At most ${max} times in ${per}${each}; ${overWords[over]}${longest}`;
}
