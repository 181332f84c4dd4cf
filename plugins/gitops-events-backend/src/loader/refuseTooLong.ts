import type { Retention } from '../retention/readRetention';
import { rememberedTooLong } from '../retention/rememberedTooLong';
import type { FoundSensor } from './readSensors';

/** Refuses a sensor that remembers for longer than events are known. */
export function refuseTooLong(
  found: FoundSensor,
  retention: Pick<Retention, 'identityDays'>,
): FoundSensor {
  const why = found.sensor && rememberedTooLong(found.sensor, retention);
  if (!why) return found;
  const { line, column } = placeOf(found.yaml, why);
  return {
    ...found,
    sensor: undefined,
    problems: [
      ...found.problems,
      { rule: 'retention', severity: 'error', message: why, line, column },
    ],
  };
}

/** Of the key that it begins with, as far as the text shows it. */
function placeOf(yaml: string, why: string): { line: number; column: number } {
  const key = why.startsWith('dedupe') ? 'dedupe' : 'maxAge';
  const lines = yaml.split('\n');
  const at = lines.findIndex(line => line.trimStart().startsWith(`${key}:`));
  if (at < 0) return { line: 1, column: 1 };
  return { line: at + 1, column: lines[at].indexOf(key) + 1 };
}
