import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler } from 'express';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Problem } from '@gitops-events/plugin-gitops-events-common';
import { withoutCause } from '../shownFailure';

/** An error answer that says what to mend; see {@link problemHandler}. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly errors?: Problem['errors'];
  readonly accepted?: Problem['accepted'];
  readonly newer?: Problem['newer'];
  /** Sent along with the answer, such as `retry-after`. */
  readonly headers: Record<string, string>;

  constructor(options: {
    status: number;
    /** By default the name of the status. */
    title?: string;
    detail: string;
    errors?: Problem['errors'];
    accepted?: Problem['accepted'];
    newer?: Problem['newer'];
    headers?: Record<string, string>;
  }) {
    super(options.detail);
    this.name = 'HttpProblem';
    this.status = options.status;
    this.title = options.title ?? titleOf(options.status);
    this.detail = options.detail;
    this.errors = options.errors;
    this.accepted = options.accepted;
    this.newer = options.newer;
    this.headers = options.headers ?? {};
  }
}

/** Answers every error of our routes as RFC 9457 problem details. */
export function problemHandler(logger: LoggerService): ErrorRequestHandler {
  return (error, request, response, next) => {
    const problem = problemOf(error);
    if (problem.status >= 500) {
      logger.error(`${request.method} ${request.path} failed`, error);
    }
    if (response.headersSent) {
      next(error);
      return;
    }
    const body: Problem = {
      type: 'about:blank',
      title: problem.title,
      status: problem.status,
      detail: problem.detail,
      instance: request.originalUrl.split('?')[0],
      ...(problem.errors && { errors: problem.errors }),
      ...(problem.accepted && { accepted: problem.accepted }),
      ...(problem.newer && { newer: problem.newer }),
    };
    response
      .status(problem.status)
      .set(problem.headers)
      .type('application/problem+json')
      .send(JSON.stringify(body));
  };
}

const statusByName: Record<string, number> = {
  InputError: 400,
  NotAllowedError: 403,
  NotFoundError: 404,
  ConflictError: 409,
  NotImplementedError: 501,
  ServiceUnavailableError: 503,
};

function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  const { name, message, status, newer } = error as Partial<HttpProblem>;
  if (name === 'AuthenticationError') {
    return new HttpProblem({
      status: 401,
      detail:
        'Nobody says who asks. Sign in to the portal, or send a valid token in the header "Authorization: Bearer ...".',
      headers: { 'www-authenticate': 'Bearer' },
    });
  }
  const known = statusByName[name ?? ''];
  if (known) {
    const detail = withoutCause(message ?? '');
    return new HttpProblem({ status: known, detail, newer });
  }
  // What Express and its body parsers refuse: too large, malformed, unknown charset.
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new HttpProblem({ status, detail: message ?? titleOf(status) });
  }
  // Our bug or a lost database: its message is for the log, not for a stranger.
  return new HttpProblem({
    status: 500,
    detail: 'Something failed on our side. Try again; the log has the details.',
  });
}

function titleOf(status: number): string {
  return STATUS_CODES[status] ?? 'Error';
}
