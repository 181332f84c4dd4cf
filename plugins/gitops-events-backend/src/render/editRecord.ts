import { createHash } from 'node:crypto';
import type { FileWrite } from '@gitops-events/plugin-gitops-events-node';
import type { SwappedLines } from './swappedLines';

/** One thing that an edit changed, kept so that it can be taken back alone. */
export interface EditRecord {
  file: string;
  /** Path of a YAML edit; without it the whole file was written or deleted. */
  path?: string;
  /** The path is the name of a variable in a `.tfvars` file. */
  variable?: true;
  /** The value, or `{ sha256 }` of a whole file; undefined: there was none. */
  before: unknown;
  after: unknown;
  /** How it is spelled in the file, where that is short enough to keep. */
  lines?: SwappedLines;
  /** Of a whole file that base does not have: what another run of the same change had written there. */
  overwrote?: KeptFile;
}

/** A file as it is kept in JSON. */
export interface KeptFile {
  mode: FileWrite['mode'];
  /** Base64. */
  content: string;
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
