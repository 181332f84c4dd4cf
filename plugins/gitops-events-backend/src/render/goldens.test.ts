import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { editSchema } from '@gitops-events/plugin-gitops-events-sensors';
import { parse } from 'yaml';
import { diffFiles } from './diff';
import { renderEdits } from './renderEdits';
import { encodeText } from './text';

/**
 * Each golden file holds an edit, or the values that one of YAML sets; the file
 * before; and the diff that comes of it: what a reviewer would see, so that a
 * stray byte shows.
 */
const goldens = join(__dirname, 'goldens');

function readGolden(name: string) {
  const [head, before, diff] = readFileSync(join(goldens, name), 'utf8').split(
    /^=== (?:before|diff)\n/m,
  );
  const asked = parse(head) as Record<string, unknown>;
  const edit =
    typeof asked.kind === 'string' ? asked : { kind: 'yaml', set: asked };
  const crlf = head.includes('# line breaks: CRLF');
  const ended = head.includes('# no line break at the end')
    ? before.replace(/\n$/, '')
    : before;
  return {
    edit: editSchema.parse({ file: 'a', ...edit }),
    before: crlf ? ended.replaceAll('\n', '\r\n') : ended,
    diff: crlf ? diff.replace(/^([ +-].*)$/gm, '$1\r') : diff,
  };
}

describe('an edit of a file as people write them', () => {
  it.each(readdirSync(goldens))('%s', async name => {
    const { edit, before, diff } = readGolden(name);
    const side = { mode: '100644' as const, content: encodeText(before) };
    const rendered = await renderEdits({
      edits: [edit],
      read: async ([path]) => [{ path, ...side }],
      renderTemplates: async () => ({ files: [] }) as never,
      checkPath: () => {},
    });
    const { files } = rendered as Extract<typeof rendered, { files: unknown }>;
    const patches = diffFiles(
      files.map(({ path, mode, content }) => ({
        path,
        before: side,
        after: { mode, content: content! },
      })),
    ).map(({ patch }) => patch);
    expect(patches.join('')).toBe(diff);
  });
});
