import { holds, namesOf, positiveNames } from '../match/condition';
import { conditionOf } from '../match/conditionOf';
import type { Sensor } from '../schema';
import type { LintWarning } from './warning';

/** Windows whose firings hang on what nobody keeps, or that never fire. */
export function lintWindow(sensor: Sensor): LintWarning[] {
  return [...lintOrder(sensor), ...lintJoin(sensor), ...lintCount(sensor)];
}

/** What partitions go by, and so their order. */
const partitionKey = /^event\.(partitionkey|entityref|subject)$/;

function lintOrder({ spec: { window } }: Sensor): LintWarning[] {
  // A join asks who is there, not who came first.
  if (!window?.key || window.join || partitionKey.test(window.key.trim())) {
    return [];
  }
  const message =
    'Events of one partition are decided in order, and this key may bring together those of several, which costs a lock and has no order between them; use event.partitionkey, event.entityref or event.subject where the order matters.';
  const path = ['spec', 'window', 'key'];
  return [{ rule: 'window-across-partitions', message, path }];
}

/** More names would take too long to try. */
const mostNames = 12;

/** Whoever may come: what fires holds an event that the condition asks for without `!`. */
function lintJoin(sensor: Sensor): LintWarning[] {
  if (!sensor.spec.window?.join) return [];
  const condition = conditionOf(sensor);
  const names = namesOf(condition);
  if (names.length > mostNames) return [];
  const asked = positiveNames(condition);
  for (let who = 1; who < 2 ** names.length; who++) {
    const there = names.filter((_, at) => Math.floor(who / 2 ** at) % 2 === 1);
    const present = new Set(there);
    const isTrue = holds(condition, { present, closing: true });
    if (isTrue && there.some(name => asked.has(name))) return [];
  }
  const message =
    'Whatever comes, this is never true of an event that it asks for without `!`, so nothing ever fires; let it ask for one that is to fire.';
  return [{ rule: 'never-fires', message, path: ['spec', 'condition'] }];
}

function lintCount(sensor: Sensor): LintWarning[] {
  const reset = sensor.spec.window?.count?.reset;
  const counted = namesOf(conditionOf(sensor)).some(name => name !== reset);
  if (reset === undefined || counted) return [];
  const message = `"${reset}" starts the count anew and nothing else is counted, so nothing ever fires; name what is to be counted in \`condition\`.`;
  const path = ['spec', 'window', 'count', 'reset'];
  return [{ rule: 'never-fires', message, path }];
}
