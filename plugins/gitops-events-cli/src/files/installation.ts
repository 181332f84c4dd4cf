import { readFile } from 'node:fs/promises';
import {
  installationSchema,
  type Installation,
} from '@gitops-events/plugin-gitops-events-common';
import { UserError } from '../exitCodes';

/**
 * What `GET /v1/installation` of a portal answered.
 *
 * @throws UserError when the file cannot be read, or is something else
 */
export async function readInstallation(file: string): Promise<Installation> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new UserError(
      `The installation ${file} cannot be read: ${(error as Error).message}`,
    );
  }
  const { data, error } = installationSchema.safeParse(content);
  if (data) return data;
  const [{ path, message }] = error.issues;
  throw new UserError(
    `${file} is not what GET /api/gitops-events/v1/installation answers: ${path.join('.')}: ${message}`,
  );
}
