import { applyPatch, structuredPatch } from 'diff';
import type { FileWrite } from '@gitops-events/plugin-gitops-events-node';
import { digest } from '../render/editRecord';
import { decodeText, encodeText } from '../render/text';

type File = Pick<FileWrite, 'mode'> & { content: Uint8Array };

/** Content of a file as it shall be; without content it is gone. */
type Wanted = Pick<FileWrite, 'mode' | 'content'>;

export type FileTakenBack =
  | { outcome: 'back'; file: Wanted }
  | { outcome: 'already' }
  | { outcome: 'conflict' };

/**
 * Takes back that a run wrote or deleted a whole file. Pure. One that it made is
 * deleted, one that it deleted is there again; where others changed other lines of
 * it since, theirs stay.
 *
 * @param before - undefined: there was none; `unknown`: what was there is not kept
 * @param after - its content where that is known, else its digest
 * @param force - also where somebody changed the same since
 */
export function takeBackFile(
  now: File | undefined,
  what: {
    before: File | 'unknown' | undefined;
    after: { sha256: string } | undefined;
    afterContent?: Uint8Array;
  },
  force: boolean,
): FileTakenBack {
  const { before, after, afterContent } = what;
  if (before === 'unknown') return { outcome: 'conflict' };
  const there = digest(now)?.sha256;
  if (there === digest(before)?.sha256) return { outcome: 'already' };
  if (there === after?.sha256 || force) {
    return {
      outcome: 'back',
      file: before ?? { mode: now!.mode, content: undefined },
    };
  }
  const merged =
    now && before && afterContent && patched(now, before, afterContent);
  return merged
    ? { outcome: 'back', file: { mode: before.mode, content: merged } }
    : { outcome: 'conflict' };
}

/** What leads from `after` to `before`, made on what is there; lines around it have to be the same. */
function patched(
  now: File,
  before: File,
  after: Uint8Array,
): Uint8Array | undefined {
  const [from, to, on] = [after, before.content, now.content].map(decodeText);
  if (from === undefined || to === undefined || on === undefined)
    return undefined;
  const patch = structuredPatch('', '', from, to, '', '', {
    context: 3,
    maxEditLength: 1_000,
  });
  const text =
    patch && applyPatch(on, patch, { autoConvertLineEndings: false });
  return text === false || text === undefined ? undefined : encodeText(text);
}
