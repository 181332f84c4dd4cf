import type { FileDiff } from '@gitops-events/plugin-gitops-events-common';
import type { ProposedChange } from '@gitops-events/plugin-gitops-events-node';
import { eventFields } from '@gitops-events/plugin-gitops-events-sensors';
import { decodeText } from '../render/text';
import {
  holdsDocuments,
  maxDocumentCharacters,
  readDocuments,
} from './readDocuments';
import { Untold } from './untold';

/** UTF-8 bytes of all files that expressions may read at once; each costs many times that in the sandbox. */
const maxContentBytes = 2 * 1024 * 1024;
const maxEventBytes = 2 * 1024 * 1024;

/**
 * What policies know of a change, beside `event`, what fired the run that is judged:
 *
 * - `events`: of all runs that are judged together, in order
 * - `run`, where they are several the first of them: `sensor`, `owner`, `entity`, `target`, `mode`
 * - `change`: `repository`, `base`, `sensor`, `owner`, `target`, `mode`,
 *   `additions`, `deletions` (lines), `size` (bytes after the change) and `files`,
 *   each with `path`, `kind` (added, modified, deleted), `additions`, `deletions`,
 *   `size`, `content` (the text after the change) and `documents` (of YAML and
 *   JSON files, parsed)
 *
 * What is not there is left out: reading it is an error, and the policy could not
 * tell. Content is prepared only for expressions that name it.
 *
 * @throws Untold where it is too large to be read: "not there" would pass `has(...)`
 */
export function policyVariables(
  change: ProposedChange,
  expression: string,
): Record<string, unknown> {
  const { repository, base, sensor, owner, target, mode, diff } = change;
  const names = (word: string) => new RegExp(`\\b${word}\\b`).test(expression);
  const wanted = { content: names('content'), documents: names('documents') };
  const contents =
    wanted.content || wanted.documents ? textsOf(change) : undefined;
  const sizes = new Map(
    change.files.map(({ path, content }) => [path, content.byteLength]),
  );
  return {
    ...(names('events') && eventsOf(change)),
    run: { sensor, owner, entity: change.entityRef, target, mode },
    change: {
      repository,
      base,
      sensor,
      owner,
      target,
      mode,
      size: diff.reduce((total, { path }) => total + (sizes.get(path) ?? 0), 0),
      additions: sum(diff, 'additions'),
      deletions: sum(diff, 'deletions'),
      files: diff.map(({ path, kind, additions, deletions }) => {
        const text = contents?.get(path);
        return {
          path,
          kind,
          additions,
          deletions,
          size: sizes.get(path) ?? 0,
          ...(wanted.content && { content: text }),
          ...(wanted.documents &&
            text !== undefined && { documents: documentsOf(path, text) }),
        };
      }),
    },
  };
}

function documentsOf(path: string, text: string): unknown[] | undefined {
  if (holdsDocuments(path) && text.length > maxDocumentCharacters) {
    throw new Untold(
      `${path} is longer than ${maxDocumentCharacters} characters; policies read no documents of it.`,
    );
  }
  return readDocuments(path, text);
}

function textsOf({ diff, files }: ProposedChange): Map<string, string> {
  const changed = new Set(diff.map(({ path }) => path));
  const texts = new Map<string, string>();
  let bytes = 0;
  for (const { path, content } of files) {
    if (!changed.has(path)) continue;
    const text = decodeText(content);
    if (text === undefined) continue;
    bytes += content.byteLength;
    texts.set(path, text);
  }
  if (bytes > maxContentBytes) {
    throw new Untold(
      `Its files come to ${bytes} bytes; policies read ${maxContentBytes} at most.`,
    );
  }
  return texts;
}

function eventsOf({ events }: ProposedChange): { events: unknown[] } {
  const bytes = events.reduce(
    (total, { data }) => total + (data?.byteLength ?? 0),
    0,
  );
  if (bytes > maxEventBytes) {
    throw new Untold(
      `Its events come to ${bytes} bytes; policies read ${maxEventBytes} at most.`,
    );
  }
  return { events: events.map(eventFields) };
}

function sum(diff: FileDiff[], key: 'additions' | 'deletions'): number {
  return diff.reduce((total, file) => total + file[key], 0);
}
