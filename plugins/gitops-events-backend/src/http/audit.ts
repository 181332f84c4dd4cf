import type { Request } from 'express';
import type { AuditorService } from '@backstage/backend-plugin-api';
import type { RouteName } from '@gitops-events/plugin-gitops-events-common';

/**
 * Puts a write into the audit log, whether it succeeds, is refused or fails.
 * Of publishing only refusals are among them: else the stored event is its record.
 */
export async function audited<T>(
  auditor: AuditorService,
  name: RouteName,
  request: Request,
  write: () => Promise<T>,
): Promise<T> {
  const event = await auditor.createEvent({
    eventId: kebab(name),
    severityLevel: 'medium',
    request,
    meta: { ...request.params },
  });
  try {
    const answer = await write();
    await event.success();
    return answer;
  } catch (error) {
    await event.fail({ error: error as Error });
    throw error;
  }
}

/** Puts events that no ingress grants into the audit log. */
export async function auditRefusedEvents(
  auditor: AuditorService,
  request: Request,
  error: Error,
): Promise<void> {
  const event = await auditor.createEvent({
    eventId: kebab('publishEvents' satisfies RouteName),
    severityLevel: 'medium',
    request,
  });
  await event.fail({ error });
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
}
