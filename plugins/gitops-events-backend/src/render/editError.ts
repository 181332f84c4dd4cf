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
