/**
 * Which variables an expression may use, by where it stands.
 *
 * @public
 */
export const variables = {
  filter: ['event'],
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
