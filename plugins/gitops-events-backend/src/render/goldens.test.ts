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
 * stray byte shows. Those below `oneValue` set one value of a file as teams have
 * them, so that one line differs.
 */
const goldens = join(__dirname, 'goldens');

const namesIn = (folder: string) =>
  readdirSync(join(goldens, folder))
    .filter(name => name.endsWith('.golden'))
    .map(name => join(folder, name));

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

async function diffOf({ edit, before }: ReturnType<typeof readGolden>) {
  const side = { mode: '100644' as const, content: encodeText(before) };
  const rendered = await renderEdits({
    edits: [edit],
    read: async ([path]) => [{ path, ...side }],
    renderTemplates: async () => ({ files: [] }) as never,
    checkPath: () => {},
  });
  const { files } = rendered as Extract<typeof rendered, { files: unknown }>;
  return diffFiles(
    files.map(({ path, mode, content }) => ({
      path,
      before: side,
      after: { mode, content: content! },
    })),
  )
    .map(({ patch }) => patch)
    .join('');
}

describe('an edit of a file as people write them', () => {
  it.each(namesIn('.'))('%s', async name => {
    const golden = readGolden(name);
    expect(await diffOf(golden)).toBe(golden.diff);
  });
});

describe('one value set in a file as teams have them', () => {
  it.each(namesIn('oneValue'))('%s', async name => {
    const golden = readGolden(name);
    const diff = await diffOf(golden);
    expect(diff).toBe(golden.diff);
    const lines = (sign: string) =>
      diff.split('\n').filter(line => line.startsWith(sign)).length;
    expect([lines('-'), lines('+')]).toEqual([1, 1]);
  });
});
