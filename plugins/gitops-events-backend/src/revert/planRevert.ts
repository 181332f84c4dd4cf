import type { FileWrite } from '@gitops-events/plugin-gitops-events-node';
import { digest, type EditRecord, type KeptFile } from '../render/editRecord';
import { FileTree } from '../render/fileTree';
import { swappedLines } from '../render/swappedLines';
import { decodeText, encodeText } from '../render/text';
import {
  seenDigest,
  type RevertChoice,
  type RevertedEdit,
} from './revertedEdit';
import { takeBackFile } from './takeBackFile';
import { takeBackVariable } from './takeBackVariable';
import { takeBackYaml } from './takeBackYaml';

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
}

export interface RevertPlan {
  /** Only those that differ. */
  files: FileWrite[];
  /** What the revert itself changes, so that it can be taken back as well. */
  record: EditRecord[];
  conflicts: RevertConflict[];
}

/**
 * What taking edits back comes to on a tree, which stays as it is: the last edit
 * first; where the file still says what the run wrote, it says what was there
 * before. Elsewhere nothing is written unless a person who saw what stands there
 * chose so.
 */
export async function planRevert(
  edits: readonly RevertedEdit[],
  before: FileTree,
  choices: Readonly<Record<string, RevertChoice>>,
): Promise<RevertPlan> {
  const tree = new FileTree(paths => before.read(paths));
  const record: EditRecord[] = [];
  const conflicts: RevertConflict[] = [];
  for (const edit of [...edits].reverse()) {
    const now = await readFile(tree, edit.file);
    const taken = takeBack(edit, now, false);
    if ('conflict' in taken) {
      const conflict = conflictOf(edit, now, taken.conflict, choices[edit.id]);
      conflicts.push(conflict);
      const { choice, written } = conflict;
      if (choice !== 'write' || !written) continue;
      tree.write(written);
      record.push(...takeBackRecord(edit, now));
    } else if (taken.write) {
      tree.write(taken.write);
      record.push(taken.record);
    }
  }
  const files = (await tree.changes()).map(({ path, before: old, after }) => ({
    path,
    mode: (after ?? old)!.mode as FileWrite['mode'],
    content: after?.content,
  }));
  return { files, record, conflicts };
}

type Taken =
  | { conflict: unknown }
  | { write?: undefined }
  | { write: FileWrite; record: EditRecord };

type File = { mode: FileWrite['mode']; content: Uint8Array };

function takeBack(
  edit: RevertedEdit,
  now: File | undefined,
  force: boolean,
): Taken {
  return edit.path === undefined
    ? takeWholeBack(edit, now, force)
    : takeValueBack({ ...edit, path: edit.path }, now, force);
}

function takeValueBack(
  edit: RevertedEdit & { path: string },
  now: File | undefined,
  force: boolean,
): Taken {
  const { file, variable, before } = edit;
  const text = now && decodeText(now.content);
  if (!now || text === undefined) return { conflict: undefined };
  const taken = (variable ? takeBackVariable : takeBackYaml)(text, edit, force);
  if (taken.outcome === 'already') return {};
  if (taken.outcome === 'conflict') return { conflict: taken.now };
  return {
    write: { path: file, mode: now.mode, content: encodeText(taken.text) },
    record: {
      file,
      path: taken.path,
      ...(variable && { variable }),
      before: taken.now,
      after: before,
      lines: swappedLines(text, taken.text),
    },
  };
}

function takeWholeBack(
  edit: RevertedEdit,
  now: File | undefined,
  force: boolean,
): Taken {
  const { file } = edit;
  const unknown = edit.before !== undefined && !edit.beforeFile;
  const taken = takeBackFile(
    now,
    {
      before: unknown ? 'unknown' : unpacked(edit.beforeFile),
      after: edit.after as { sha256: string } | undefined,
      afterContent: unpacked(edit.afterFile)?.content,
    },
    force,
  );
  if (taken.outcome === 'already') return {};
  if (taken.outcome === 'conflict') return { conflict: digest(now)?.sha256 };
  return {
    write: { path: file, ...taken.file },
    record: { file, before: digest(now), after: digest(taken.file) },
  };
}

function conflictOf(
  edit: RevertedEdit,
  file: File | undefined,
  now: unknown,
  chosen: RevertChoice | undefined,
): RevertConflict {
  const seen = seenDigest(now);
  const forced = takeBack(edit, file, true);
  return {
    edit,
    now,
    seen,
    ...(chosen?.seen === seen && { choice: chosen.choice }),
    ...('write' in forced && forced.write && { written: forced.write }),
  };
}

/** Of an edit that is written over what somebody else put there. */
function takeBackRecord(
  edit: RevertedEdit,
  now: File | undefined,
): EditRecord[] {
  const forced = takeBack(edit, now, true);
  return 'record' in forced ? [forced.record] : [];
}

async function readFile(
  tree: FileTree,
  path: string,
): Promise<File | undefined> {
  const [file] = await tree.read([path]);
  return file && { ...file, mode: file.mode as FileWrite['mode'] };
}

function unpacked(kept: KeptFile | undefined): File | undefined {
  return (
    kept && {
      mode: kept.mode,
      content: new Uint8Array(Buffer.from(kept.content, 'base64')),
    }
  );
}
