import type { FileWrite } from '@gitops-events/plugin-gitops-events-node';
import { digest, type EditRecord, type KeptFile } from '../render/editRecord';
import { swappedLines } from '../render/swappedLines';
import { decodeText, encodeText } from '../render/text';
import type { RevertedEdit } from './revertedEdit';
import { takeBackFile } from './takeBackFile';
import { takeBackVariable } from './takeBackVariable';
import { takeBackYaml } from './takeBackYaml';

/** A file as it stands somewhere. */
export type StandingFile = { mode: FileWrite['mode']; content: Uint8Array };

/** What taking one edit back in its file comes to; nothing to write: it is as it was already. */
export type TakenEdit =
  | { conflict: unknown }
  | { write?: undefined }
  | {
      write: FileWrite;
      /** What that changes, so that it can be taken back as well. */
      record: EditRecord;
    };

/**
 * Takes an edit back in the file that it is about. Pure.
 *
 * @param now - undefined: there is none
 * @param force - also where somebody changed it since
 */
export function takeBackEdit(
  edit: RevertedEdit,
  now: StandingFile | undefined,
  force: boolean,
): TakenEdit {
  return edit.path === undefined
    ? takeWholeBack(edit, now, force)
    : takeValueBack({ ...edit, path: edit.path }, now, force);
}

function takeValueBack(
  edit: RevertedEdit & { path: string },
  now: StandingFile | undefined,
  force: boolean,
): TakenEdit {
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
  now: StandingFile | undefined,
  force: boolean,
): TakenEdit {
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

function unpacked(kept: KeptFile | undefined): StandingFile | undefined {
  return (
    kept && {
      mode: kept.mode,
      content: new Uint8Array(Buffer.from(kept.content, 'base64')),
    }
  );
}
