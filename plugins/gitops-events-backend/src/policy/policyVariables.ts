import type { FileDiff } from '@gitops-events/plugin-gitops-events-common';
import type { ProposedChange } from '@gitops-events/plugin-gitops-events-node';
import { eventFields } from '@gitops-events/plugin-gitops-events-sensors';
import { decodeText } from '../render/text';
import { readDocuments } from './readDocuments';

/** UTF-8 bytes of all files that expressions may read at once; each costs many times that in the sandbox. */
const maxContentBytes = 2 * 1024 * 1024;
const maxEventBytes = 2 * 1024 * 1024;

/**
 * What policies know of a change, beside `event`, what fired its first run:
 *
 * - `events`: of all its runs, in order
 * - `run`: `sensor`, `owner`, `entity`, `target`
 * - `change`: `repository`, `base`, `additions`, `deletions` and `files`, each with
 *   `path`, `kind` (added, modified, deleted), `additions`, `deletions`, `content`
 *   (the text after the change) and `documents` (of YAML and JSON files, parsed)
 *
 * What is not there, or too large, is left out: reading it is an error, and that
 * denies. Content is prepared only for expressions that name it.
 */
export function policyVariables(
  change: ProposedChange,
  expression: string,
): Record<string, unknown> {
  const { repository, base, sensor, owner, entityRef, target, diff } = change;
  const names = (word: string) => new RegExp(`\\b${word}\\b`).test(expression);
  const wanted = { content: names('content'), documents: names('documents') };
  const contents =
    wanted.content || wanted.documents ? textsOf(change) : undefined;
  return {
    ...(names('events') && eventsOf(change)),
    run: { sensor, owner, entity: entityRef, target },
    change: {
      repository,
      base,
      additions: sum(diff, 'additions'),
      deletions: sum(diff, 'deletions'),
      files: diff.map(({ path, kind, additions, deletions }) => {
        const text = contents?.get(path);
        return {
          path,
          kind,
          additions,
          deletions,
          ...(wanted.content && { content: text }),
          ...(wanted.documents &&
            text !== undefined && { documents: readDocuments(path, text) }),
        };
      }),
    },
  };
}

function textsOf({
  diff,
  files,
}: ProposedChange): Map<string, string> | undefined {
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
  return bytes > maxContentBytes ? undefined : texts;
}

function eventsOf({ events }: ProposedChange): { events?: unknown[] } {
  const bytes = events.reduce(
    (total, { data }) => total + (data?.byteLength ?? 0),
    0,
  );
  return bytes > maxEventBytes ? {} : { events: events.map(eventFields) };
}

function sum(diff: FileDiff[], key: 'additions' | 'deletions'): number {
  return diff.reduce((total, file) => total + file[key], 0);
}
