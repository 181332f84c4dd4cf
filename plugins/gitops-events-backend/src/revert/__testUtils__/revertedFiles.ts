import {
  editSchema,
  type Edit,
} from '@gitops-events/plugin-gitops-events-sensors';
import { splitRepositoryPath } from '@gitops-events/plugin-gitops-events-node';
import { FileTree } from '../../render/fileTree';
import { renderEdits } from '../../render/renderEdits';
import { renderTemplates } from '../../render/templates';
import { planRevert } from '../planRevert';
import type { RevertChoice, RevertedEdit } from '../revertedEdit';

export type Files = Record<string, string>;
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (content: Uint8Array) => new TextDecoder().decode(content);
const kept = (content: string | undefined) =>
  content === undefined
    ? undefined
    : {
        mode: '100644' as const,
        content: Buffer.from(content).toString('base64'),
      };

const treeOf = (files: Files) =>
  new FileTree(async paths =>
    Object.keys(files)
      .filter(path =>
        paths.some(one =>
          one.endsWith('/') ? path.startsWith(one) : one === path,
        ),
      )
      .map(path => ({ path, mode: '100644', content: bytes(files[path]) })),
  );

/** What a run makes of files, and what is kept of that. */
export async function run(files: Files, ...edits: object[]) {
  const tree = treeOf(files);
  const rendered = await renderEdits({
    edits: edits.map(edit => editSchema.parse(edit)) as Edit[],
    read: paths => tree.read(paths),
    renderTemplates: async (templates, params) =>
      renderTemplates(templates, params),
    checkPath: splitRepositoryPath,
  });
  if ('reason' in rendered) throw new Error(rendered.reason.message);
  const after = { ...files };
  for (const { path, content } of rendered.files) {
    if (content) after[path] = text(content);
    else delete after[path];
  }
  // As the database keeps it.
  const record: RevertedEdit[] = JSON.parse(
    JSON.stringify(rendered.record),
  ).map((one: RevertedEdit, at: number) => ({
    ...one,
    id: `${at}`,
    ...(one.path === undefined && {
      beforeFile: kept(files[one.file]),
      afterFile: kept(after[one.file]),
    }),
  }));
  return { after, record };
}

/** What taking that back makes of files. */
export async function revert(
  record: RevertedEdit[],
  files: Files,
  choices: Record<string, RevertChoice> = {},
) {
  const plan = await planRevert(record, treeOf(files), choices);
  const after = { ...files };
  for (const { path, content } of plan.files) {
    if (content) after[path] = text(content);
    else delete after[path];
  }
  return { ...plan, after };
}

export const yaml = (set: object, more: object = {}) => ({
  kind: 'yaml',
  file: 'a.yaml',
  set,
  ...more,
});
