import { createHash } from 'node:crypto';
import type { FileWrite } from '@gitops-events/plugin-gitops-events-node';

/** One thing that an edit changed, kept so that it can be taken back alone. */
export interface EditRecord {
  file: string;
  /** Path of a YAML edit; without it the whole file was written or deleted. */
  path?: string;
  /** The value, or `{ sha256 }` of a whole file; undefined: there was none. */
  before: unknown;
  after: unknown;
}

/** Stands for the whole of a file. */
export function digest(
  file: Pick<FileWrite, 'content'> | undefined,
): { sha256: string } | undefined {
  return (
    file?.content && {
      sha256: createHash('sha256').update(file.content).digest('hex'),
    }
  );
}
