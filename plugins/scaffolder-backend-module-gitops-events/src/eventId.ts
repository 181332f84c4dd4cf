import { createHash } from 'node:crypto';

/**
 * The same for each attempt of the same step of the same task, so that a
 * recovered task publishes nothing twice. The scaffolder does not tell an
 * action which iteration of `each` it runs in: the content tells iterations
 * apart, and `key` does so where their content is equal.
 */
export function eventIdOf(step: {
  taskId: string;
  stepId: string;
  key?: string;
  content: unknown;
}): string {
  const part = step.key ?? digest(step.content);
  return `${step.taskId}/${step.stepId}/${part}`;
}

function digest(content: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(content))
    .digest('hex')
    .slice(0, 16);
}
