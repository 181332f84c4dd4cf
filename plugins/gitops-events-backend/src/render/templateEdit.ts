import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type {
  FileWrite,
  RepositoryFile,
} from '@gitops-events/plugin-gitops-events-node';
import type {
  Edit,
  ReadPlace,
} from '@gitops-events/plugin-gitops-events-sensors';
import {
  checkPath,
  folderPath,
  refuseLink,
  type CheckPath,
} from './editedPath';
import { EditError } from './editError';
import { digest, type EditRecord } from './editRecord';
import type { FileTree } from './fileTree';
import type { RenderedTemplate, TemplateFile } from './templates';
import { refuseTornLines } from './tornLines';
import { decodeText, encodeText } from './text';

type TemplateEdit = Extract<Edit, { kind: 'template' }>;

export interface TemplateOptions {
  /** `renderTemplates`, run where a deadline can end it. */
  renderTemplates(
    files: TemplateFile[],
    params: Record<string, unknown>,
  ): Promise<RenderedTemplate[] | { reason: Reason }>;
  /** Files of a folder in another repository, or why they may or can not be read. */
  readElsewhere?(
    place: ReadPlace,
  ): Promise<RepositoryFile[] | { reason: Reason }>;
  checkPath: CheckPath;
}

/** Renders a folder of the tree into another one. */
export async function applyTemplate(
  edit: TemplateEdit,
  tree: FileTree,
  options: TemplateOptions,
): Promise<EditRecord[]> {
  const from = folderPath(edit.from, options.checkPath);
  const into =
    edit.into === '.' ? '' : folderPath(edit.into, options.checkPath);
  const templates = await readTemplates({ ...edit, from }, tree, options);
  const writes = await renderFolder(
    templates,
    { ...edit, from, into },
    options,
  );
  const there = new Map(
    (await tree.read(writes.map(({ path }) => path))).map(file => [
      file.path,
      file,
    ]),
  );
  for (const { path } of writes) refuseLink(there.get(path));
  tree.write(...writes);
  return writes
    .map(write => ({
      file: write.path,
      before: digest(there.get(write.path)),
      after: digest(write),
    }))
    .filter(({ before, after }) => before?.sha256 !== after?.sha256);
}

async function readTemplates(
  { from, repo, branch = 'main' }: TemplateEdit,
  tree: FileTree,
  { readElsewhere }: TemplateOptions,
): Promise<RepositoryFile[]> {
  const found =
    repo === undefined
      ? await tree.read([from])
      : await readElsewhere?.({ repo, branch, folder: from });
  if (found && 'reason' in found) {
    const { code, message, detail } = found.reason;
    throw new EditError(code, message, detail);
  }
  if (found?.length) return found;
  const where =
    repo === undefined ? 'the base branch' : `the branch ${branch} of ${repo}`;
  throw new EditError(
    'templateMissing',
    `There are no templates in ${from.replace(/\/$/, '')} on ${where}.`,
  );
}

async function renderFolder(
  templates: RepositoryFile[],
  edit: TemplateEdit,
  options: TemplateOptions,
): Promise<FileWrite[]> {
  for (const template of templates) refuseLink(template);
  const rendered = await options.renderTemplates(
    templates.map(({ path, content }) => ({
      path: path.slice(edit.from.length),
      text: decodeText(content) ?? '',
    })),
    edit.params,
  );
  if ('reason' in rendered) {
    const { code, message, detail } = rendered.reason;
    throw new EditError(
      code,
      `The templates in ${edit.from}: ${message}`,
      detail,
    );
  }
  const writes = new Map<string, FileWrite>();
  for (const [index, result] of rendered.entries()) {
    const template = templates[index];
    if ('error' in result) {
      throw new EditError(
        'templateFailed',
        `The template ${template.path} failed. ${result.error}`,
        { file: template.path },
      );
    }
    const path = edit.into + result.path;
    checkPath(path, options.checkPath);
    if (writes.has(path)) {
      throw new EditError(
        'templateFailed',
        `Two templates in ${edit.from} both make ${path}; give them different names.`,
      );
    }
    refuseTornLines(path, result.text, edit.params);
    // What is not text, such as an image, is copied.
    const text = decodeText(template.content);
    writes.set(path, {
      path,
      mode: template.mode as FileWrite['mode'],
      content: text === undefined ? template.content : encodeText(result.text),
    });
  }
  return [...writes.values()];
}
