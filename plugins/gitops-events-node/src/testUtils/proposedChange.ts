import type { ProposedChange } from '@gitops-events/plugin-gitops-events-node';
import { incomingEvent } from './eventFixture';

/**
 * A change for tests of a check, of files given as `[before, after]`; undefined:
 * not there. Its patches replace each file as a whole.
 *
 * @public
 */
export function proposedChange(
  files: Record<
    string,
    [before: string | undefined, after: string | undefined]
  >,
  rest: Partial<ProposedChange> = {},
): ProposedChange {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const event = rest.event ?? { ...incomingEvent(), acceptedAt: 0 };
  const paths = Object.keys(files).sort();
  return {
    repository: 'local:deployments',
    base: 'main',
    sensor: 'promote-image',
    owner: 'group:default/platform',
    mode: 'auto',
    event,
    events: [event],
    texts: ['Promote image'],
    diff: paths.map(path => diffOf(path, ...files[path])),
    files: paths.flatMap(path => {
      const [before, after] = files[path];
      return after === undefined
        ? []
        : [
            {
              path,
              content: bytes(after),
              ...(before !== undefined && { before: bytes(before) }),
            },
          ];
    }),
    read: readerOf(files, 1),
    readBefore: readerOf(files, 0),
    ...rest,
  };
}

function readerOf(
  files: Parameters<typeof proposedChange>[0],
  side: 0 | 1,
): ProposedChange['read'] {
  return async wanted =>
    Object.keys(files).flatMap(path => {
      const text = files[path][side];
      const asked = wanted.some(
        one => one === path || (one.endsWith('/') && path.startsWith(one)),
      );
      return asked && text !== undefined
        ? [
            {
              path,
              mode: '100644' as const,
              content: new TextEncoder().encode(text),
            },
          ]
        : [];
    });
}

function diffOf(
  path: string,
  before: string | undefined,
  after: string | undefined,
): ProposedChange['diff'][number] {
  const linesOf = (text = '') => text.replace(/\n$/, '').split('\n');
  const taken = before ? linesOf(before).map(line => `-${line}\n`) : [];
  const given = after ? linesOf(after).map(line => `+${line}\n`) : [];
  const range = (lines: string[]) =>
    `${lines.length === 0 ? 0 : 1},${lines.length}`;
  const kindOfKept = before === undefined ? 'added' : 'modified';
  return {
    path,
    kind: after === undefined ? 'deleted' : kindOfKept,
    additions: given.length,
    deletions: taken.length,
    binary: false,
    patch: [
      `@@ -${range(taken)} +${range(given)} @@\n`,
      ...taken,
      ...given,
    ].join(''),
  };
}
