import {
  ProblemError,
  type NewerValue,
} from '@gitops-events/plugin-gitops-events-common';

/** The HTTP status of an answer that was an error; undefined when no answer came. */
export function statusOf(error: unknown): number | undefined {
  if (error instanceof ProblemError) return error.problem.status;
  const status = (error as { response?: { status?: unknown } } | undefined)
    ?.response?.status;
  return typeof status === 'number' ? status : undefined;
}

/** Whether asking again cannot help: the server understood and said no. */
export function isRefusal(error: unknown): boolean {
  const status = statusOf(error);
  return (
    status !== undefined && status >= 400 && status < 500 && status !== 429
  );
}

/** The newer value that a release would be put over; undefined for any other error. */
export function newerValueOf(error: unknown): NewerValue | undefined {
  return error instanceof ProblemError ? error.problem.newer : undefined;
}

/** One sentence for a person: what happened and what to do next. */
export function sentenceOf(error: unknown): string {
  const told = error instanceof ProblemError ? error.problem.detail : undefined;
  switch (statusOf(error)) {
    case 401:
      return 'Your session has ended. Sign in again, then repeat this.';
    case 403:
      return (
        told ?? 'You may not do this. Ask the owner, or a platform engineer.'
      );
    case 404:
      return told ?? 'This does not exist, or you may not see it.';
    case 409:
      return (
        told ??
        'Somebody else decided meanwhile. You now see the present state; look again before you decide.'
      );
    case undefined:
      return 'The portal did not answer. Nothing was changed by looking; check your connection and try again.';
    default:
      return told ?? (error instanceof Error ? error.message : String(error));
  }
}
