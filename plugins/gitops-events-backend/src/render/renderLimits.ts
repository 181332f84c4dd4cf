import type { FileWrite } from '@gitops-events/plugin-gitops-events-node';
import { EditError } from './editError';

export const renderLimits = {
  files: 300,
  fileBytes: 1024 * 1024,
  totalBytes: 10 * 1024 * 1024,
};

/** @throws EditError that tells the limit. */
export function refuseTooMuch(files: FileWrite[]): void {
  if (files.length > renderLimits.files) {
    throw new EditError(
      'tooManyFiles',
      `The edits change ${files.length} files; ${renderLimits.files} are allowed in one change.`,
    );
  }
  let total = 0;
  for (const { path, content } of files) {
    const bytes = content?.byteLength ?? 0;
    if (bytes > renderLimits.fileBytes) throw tooLarge(path);
    total += bytes;
  }
  if (total > renderLimits.totalBytes) {
    throw new EditError(
      'changeTooLarge',
      `The files come to ${total} bytes; ${renderLimits.totalBytes} are allowed in one change.`,
    );
  }
}

export function tooLarge(path: string): EditError {
  return new EditError(
    'fileTooLarge',
    `${path} is larger than ${renderLimits.fileBytes} bytes.`,
  );
}
