import { ConflictError, InputError } from '@backstage/errors';
import type { PlannedPart } from './previewRevert';
import type { RevertConflict } from './revertConflict';
import type { RevertChoice } from './revertedEdit';

/** What is left as it stands, as it was seen. */
export function keepAll(
  edits: ReadonlyArray<Pick<RevertConflict, 'edit' | 'seen'>>,
): Record<string, RevertChoice> {
  return Object.fromEntries(
    edits.map(({ edit, seen }) => [edit.id, { choice: 'keep', seen }]),
  );
}

/**
 * The parts that write something, each with what is chosen of it, on what the
 * person saw. Pure.
 *
 * @throws InputError where a conflict is not decided, ConflictError where nothing is written
 */
export function choose(
  planned: readonly PlannedPart[],
  choices: Readonly<Record<string, RevertChoice['choice']>>,
): Array<{
  part: PlannedPart['part'];
  choices: Record<string, RevertChoice>;
}> {
  const chosen = Object.fromEntries(
    planned
      .flatMap(({ plan }) => plan.conflicts)
      .map(conflict => chosenOf(conflict, choices)),
  );
  const isWritten = ({ edit }: RevertConflict) =>
    chosen[edit.id].choice === 'write';
  const followed = planned.some(({ plan }) => plan.conflicts.some(isWritten));
  const writing = planned.flatMap(({ part, plan }) => {
    const { files, conflicts, followers } = plan;
    const writes =
      files.length > 0 ||
      conflicts.some(isWritten) ||
      (followed && followers.length > 0);
    if (!writes) return [];
    const own = conflicts.map(({ edit: { id } }) => [id, chosen[id]]);
    return [
      { part, choices: { ...keepAll(followers), ...Object.fromEntries(own) } },
    ];
  });
  if (writing.length === 0) {
    throw new ConflictError(
      'There is nothing to write: the files would stay as they are.',
    );
  }
  return writing;
}

function chosenOf(
  { edit, seen, written }: RevertConflict,
  choices: Readonly<Record<string, RevertChoice['choice']>>,
): [id: string, choice: RevertChoice] {
  const { id, file, path } = edit;
  const choice = Object.hasOwn(choices, id) ? choices[id] : undefined;
  const where = path ? `${path} in ${file}` : file;
  if (!choice) {
    throw new InputError(
      `${where} was changed since. Choose whether to keep what is there.`,
    );
  }
  if (choice === 'write' && !written) {
    throw new InputError(
      `What was in ${where} before cannot be put back. Choose to keep what is there, then mend it by hand.`,
    );
  }
  return [id, { choice, seen }];
}
