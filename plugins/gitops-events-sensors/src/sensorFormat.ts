import { builtInActions } from './actions';
import { inputProblems } from './parse/inputProblems';
import { schemaProblems } from './parse/schemaProblems';
import { sensorSchema } from './schema';

/**
 * Counted up with each change to what sensor documents may say. It is stored
 * with each revision, so that an engine knows one that a newer engine wrote.
 *
 * @public
 */
export const sensorFormat = 1;

/**
 * Why this engine cannot decide with a stored definition; undefined where it
 * can. Of a newer format it takes those that use nothing new. What an engine
 * of the same or an older format stored is always taken, so that a rule that
 * was tightened since stops nothing that is in force.
 *
 * @param format - the {@link sensorFormat} of the engine that stored it
 * @public
 */
export function whyUnreadable(
  format: number,
  definition: unknown,
): string | undefined {
  if (format <= sensorFormat) return undefined;
  const [first] = [
    ...schemaProblems(sensorSchema, definition),
    // Which actions are installed is another matter.
    ...inputProblems(definition, builtInActions).filter(
      ({ rule }) => rule !== 'unknown-action',
    ),
  ];
  if (!first) return undefined;
  const { path, message } = first;
  return path.length > 0 ? `${path.join('.')}: ${message}` : message;
}
