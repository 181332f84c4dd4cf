import type { Reason } from '@gitops-events/plugin-gitops-events-common';

/** An edit that cannot be made as asked: the user's matter, told in a sentence that says what to mend. */
export class EditError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly detail?: Record<string, unknown>,
  ) {
    super(message);
    this.name = 'EditError';
  }

  toReason(detail: Record<string, unknown> = {}): Reason {
    const all = { ...detail, ...this.detail };
    return {
      code: this.code,
      message: this.message,
      ...(Object.keys(all).length > 0 && { detail: all }),
    };
  }
}

/** Names the file in front of what is wrong in it. */
export function inFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof EditError)) throw error;
    throw new EditError(error.code, `${file}: ${error.message}`, {
      file,
      ...error.detail,
    });
  }
}
