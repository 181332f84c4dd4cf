import type { Request } from 'express';
import type { AuditorService } from '@backstage/backend-plugin-api';
import type { RouteName } from '@gitops-events/plugin-gitops-events-common';

/**
 * Puts a write into the audit log, whether it succeeds, is refused or fails.
 * Publishing is not among them: the stored event is its record.
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

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
}
