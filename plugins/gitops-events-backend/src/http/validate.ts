import type { Problem } from '@gitops-events/plugin-gitops-events-common';
import type { z } from 'zod';
import { HttpProblem } from './problem';

type Errors = NonNullable<Problem['errors']>;

/**
 * Checks the parts of a request together, so that one answer names all there is to mend.
 *
 * @throws HttpProblem 400 with a pointer to each bad place
 */
export function validate(
  schemas: { params: z.ZodType; query: z.ZodType; body: z.ZodType },
  request: { params: unknown; query: unknown; body: unknown },
): { params: unknown; query: unknown; body: unknown } {
  const errors: Errors = [];
  const check = (part: 'params' | 'query' | 'body') => {
    const result = schemas[part].safeParse(request[part]);
    if (result.success) return result.data;
    errors.push(
      ...result.error.issues.map(({ path, message }) => ({
        pointer: pointerOf(part === 'body' ? path : [part, ...path]),
        detail: message,
      })),
    );
    return undefined;
  };
  const valid = {
    params: check('params'),
    query: check('query'),
    body: check('body'),
  };
  if (errors.length > 0) {
    throw new HttpProblem({
      status: 400,
      detail: `Mend ${errors.length === 1 ? 'this' : 'these'}: ${errors
        .slice(0, 3)
        .map(({ pointer, detail }) => `${pointer || 'body'}: ${detail}`)
        .join('; ')}`,
      errors,
    });
  }
  return valid;
}

/** RFC 6901. */
function pointerOf(path: PropertyKey[]): string {
  return path
    .map(part => `/${String(part).replace(/~/g, '~0').replace(/\//g, '~1')}`)
    .join('');
}
