import type { FileWrite } from '@gitops-events/plugin-gitops-events-node';
import { digest, type EditRecord } from '../render/editRecord';
import { sameValue } from '../render/sameValue';
import {
  seenDigest,
  type RevertChoice,
  type RevertedEdit,
} from './revertedEdit';
import { takeBackEdit, type StandingFile } from './takeBackEdit';

/** An edit that does not say any more what its run wrote. */
export interface RevertConflict {
  edit: RevertedEdit;
  /** What stands there: a value, or the digest of a file. */
  now: unknown;
  /** Digest of that, for a choice. */
  seen: string;
  /** What a person chose, of what stands there now. */
  choice?: RevertChoice['choice'];
  /** The file as it would be with what was there before; undefined: that cannot be written. */
  written?: FileWrite;
  /** What writing that would change. */
  record?: EditRecord;
}

/**
 * @param now - what stands in the place of the edit
 * @param file - as it is once later edits are taken back
 * @param seen - as the person saw it, before anything is
 */
export function conflictOf(
  edit: RevertedEdit,
  now: unknown,
  { file, seen }: Record<'file' | 'seen', StandingFile | undefined>,
  choices: Readonly<Record<string, RevertChoice>>,
): RevertConflict {
  // What is chosen for others in a file shall not make it another file than was seen.
  const whole = edit.path === undefined;
  const digested = seenDigest(whole ? digest(seen)?.sha256 : now);
  const chosen = choices[edit.id];
  const forced = takeBackEdit(edit, file, true);
  return {
    edit,
    now,
    seen: digested,
    ...(chosen?.seen === digested && { choice: chosen.choice }),
    ...('write' in forced &&
      forced.write && { written: forced.write, record: forced.record }),
  };
}

/**
 * What an earlier edit makes of a conflict above it, where it conflicts for that
 * alone: with what was there before the later one, it would say what it wrote. It
 * follows what is chosen there, and what is shown there goes back to before both.
 * Undefined where it stands for itself. Pure.
 */
export function withFollower(
  above: RevertConflict,
  edit: RevertedEdit,
): RevertConflict | undefined {
  const { written } = above;
  if (above.edit.file !== edit.file || !written) return undefined;
  const { mode, content } = written;
  const taken = takeBackEdit(edit, content && { mode, content }, false);
  if ('conflict' in taken) return undefined;
  const samePlace =
    above.edit.path === edit.path && sameValue(edit.after, above.edit.before);
  return {
    ...above,
    ...(samePlace && { edit: { ...above.edit, before: edit.before } }),
    ...(taken.write && { written: taken.write }),
  };
}
