/**
 * Which variables an expression may use, by where it stands.
 *
 * @public
 */
export const variables = {
  filter: ['event'],
  /** Keys of a window, and of dedupe beside one: asked of each event by itself. */
  arrival: ['event'],
  params: ['event', 'events'],
  /** Title, dedupe key, entity, target, context. */
  firing: ['event', 'events', 'params'],
  input: ['event', 'events', 'params', 'run', 'steps', 'target', 'entity'],
  /** Expressions inside an action's input, such as `merge.when`, and policies. */
  change: [
    'event',
    'events',
    'params',
    'run',
    'target',
    'entity',
    'change',
    'policy',
  ],
} as const satisfies Record<string, readonly string[]>;

/** With a window also `window.events`: those of the firing, in the order they came. */
const windowed = {
  ...variables,
  params: [...variables.params, 'window'],
  firing: [...variables.firing, 'window'],
  input: [...variables.input, 'window'],
} as const;

/** The variables of one sensor's expressions. @public */
export function variablesOf(
  hasWindow: boolean,
): Record<keyof typeof variables, readonly string[]> {
  return hasWindow ? windowed : variables;
}
