import type { FileWrite } from '@gitops-events/plugin-gitops-events-node';

/** An ordinary file with text. @public */
export function textFile(path: string, text: string): FileWrite {
  return { path, mode: '100644', content: Buffer.from(text) };
}
