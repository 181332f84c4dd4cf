import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { Action } from '@gitops-events/plugin-gitops-events-node';
import {
  secretPlaces,
  takesSecret,
  type Json,
  type SensorStep,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { Secrets } from './secrets';

/** What is shorter could not be told from other text where it has to be hidden. */
const LEAST_LENGTH = 8;

/**
 * Puts secrets in where the sensor refers to them, just before the action is
 * called. Places are those of the sensor's own text: what an event brought
 * never becomes a reference.
 *
 * @param input - resolved, with references as they stand in the sensor
 */
export function fillSecrets(options: {
  step: SensorStep;
  action: Pick<Action<any>, 'id' | 'input'>;
  input: Json;
  secrets: Secrets | undefined;
}): { input: Json; values: string[] } | { reason: Reason } {
  const { step, action, secrets } = options;
  const places = secretPlaces(step.input);
  if (places.length === 0) return { input: options.input, values: [] };
  const values = new Map<string, string>();
  for (const { path, names } of places) {
    if (!takesSecret(action, step.input, path)) {
      return refuse(
        `${action.id} takes no secret at ${path.join('.')}. Mend the sensor, or discard this run.`,
      );
    }
    for (const name of names) {
      const value = secrets?.value(name);
      if (value === undefined || value.length < LEAST_LENGTH) {
        const what = value === undefined ? 'missing' : 'too short to be hidden';
        return refuse(
          `The secret "${name}" is ${what}. Set gitopsEvents.secrets.${name} to at least ${LEAST_LENGTH} characters, then release.`,
        );
      }
      values.set(name, value);
    }
  }
  const input = structuredClone(options.input);
  for (const { path, pieces } of places) {
    const text = pieces.map(piece =>
      'secret' in piece ? values.get(piece.secret)! : piece.literal,
    );
    put(input, path, text.join(''));
  }
  return { input, values: [...values.values()] };
}

function put(root: any, path: Array<string | number>, value: string): void {
  const holder = path.slice(0, -1).reduce((inside, key) => inside[key], root);
  holder[path.at(-1)!] = value;
}

function refuse(message: string): { reason: Reason } {
  return { reason: { code: 'secret', message } };
}
