import { secretPlaces } from '../secrets/secretTexts';
import { didYouMean } from '../suggestion';
import { valueAt, type Problem } from './problem';
import { stepsOf } from './steps';

/** References to secrets that are not configured. */
export function unknownSecrets(
  document: unknown,
  known: readonly string[],
): Problem[] {
  return stepsOf(document).flatMap(({ step, path }) =>
    secretPlaces(valueAt(step, ['input'])).flatMap(place =>
      place.names
        .filter(name => !known.includes(name))
        .map(name => ({
          rule: 'unknown-name',
          message: `There is no secret "${name}" under gitopsEvents.secrets${didYouMean(name, known) || '; add it there, and see that its variable or file exists.'}`,
          path: [...path, 'input', ...place.path],
        })),
    ),
  );
}
