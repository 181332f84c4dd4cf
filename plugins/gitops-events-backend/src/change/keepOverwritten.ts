import { digest, type EditRecord } from '../render/editRecord';
import type { FileTree } from '../render/fileTree';
import type { FileWrite } from '@gitops-events/plugin-gitops-events-node';

/** A larger file is not kept: taking its replacement back asks a person. Bytes. */
const MAX_BYTES = 65_536;

/**
 * The record of a run with the files it replaced or deleted as a whole, where only
 * its tree has them: another run of the same change had written them. What base
 * had is in Git.
 */
export async function keepOverwritten(
  record: EditRecord[],
  tree: FileTree,
): Promise<EditRecord[]> {
  const whole = record.filter(
    ({ path, before }) => path === undefined && before !== undefined,
  );
  if (whole.length === 0) return record;
  const files = whole.map(({ file }) => file);
  const inBase = new Map(
    (await tree.readBefore(files)).map(file => [file.path, digest(file)]),
  );
  const there = new Map(
    (await tree.read(files)).map(file => [file.path, file]),
  );
  return record.map(one => {
    const file = there.get(one.file);
    const isOurs =
      whole.includes(one) &&
      file !== undefined &&
      digest(file)?.sha256 === (one.before as { sha256: string }).sha256 &&
      inBase.get(one.file)?.sha256 !== digest(file)?.sha256;
    if (!isOurs || file.content.byteLength > MAX_BYTES) return one;
    const content = Buffer.from(file.content).toString('base64');
    const mode = file.mode as FileWrite['mode'];
    return { ...one, overwrote: { mode, content } };
  });
}
