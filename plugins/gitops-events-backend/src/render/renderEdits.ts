import { createHash } from 'node:crypto';
import { InputError } from '@backstage/errors';
import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type {
  FileWrite,
  RepositoryFile,
} from '@gitops-events/plugin-gitops-events-node';
import type { Edit } from '@gitops-events/plugin-gitops-events-sensors';
import { EditError } from './editError';
import { FileTree, type ReadFiles } from './fileTree';
import type { RenderedTemplate, TemplateFile } from './templates';
import { decodeText, encodeText } from './text';
import { setYamlValue } from './yamlEdit';
import type { PlainValue } from './yamlWrite';

/** One thing that an edit changed, kept so that it can be taken back alone. */
export interface EditRecord {
  file: string;
  /** Path of a YAML edit; without it the whole file was written or deleted. */
  path?: string;
  /** The value, or `{ sha256 }` of a whole file; undefined: there was none. */
  before: unknown;
  after: unknown;
}

export type RenderedEdits =
  { files: FileWrite[]; record: EditRecord[] } | { reason: Reason };

export interface RenderOptions {
  edits: Edit[];
  /** Files as the run finds them: of the base commit, changed by the runs before it. */
  read: ReadFiles;
  /** `renderTemplates`, run where a deadline can end it. */
  renderTemplates(
    files: TemplateFile[],
    params: Record<string, unknown>,
  ): Promise<RenderedTemplate[] | { reason: Reason }>;
  /** The one check of paths in a repository. Throws InputError. */
  checkPath(path: string): unknown;
}

export const renderLimits = {
  files: 300,
  fileBytes: 1024 * 1024,
  totalBytes: 10 * 1024 * 1024,
};

/**
 * Turns the edits of one step into files. Writes nothing anywhere: the answer
 * holds only the files whose bytes or mode changed, and what a revert needs.
 * What the author of the edits can mend is a reason; other errors are thrown.
 */
export async function renderEdits(
  options: RenderOptions,
): Promise<RenderedEdits> {
  const tree = new FileTree(options.read);
  const record: EditRecord[] = [];
  try {
    for (const edit of options.edits) {
      record.push(...(await applyEdit(edit, tree, options)));
    }
    const files = (await tree.changes()).map(
      ({ path, before, after }): FileWrite => ({
        path,
        mode: (after ?? before)!.mode as FileWrite['mode'],
        content: after?.content,
      }),
    );
    refuseTooMuch(files);
    return { files, record };
  } catch (error) {
    if (error instanceof EditError) return { reason: error.toReason() };
    throw error;
  }
}

function applyEdit(
  edit: Edit,
  tree: FileTree,
  options: RenderOptions,
): Promise<EditRecord[]> {
  switch (edit.kind) {
    case 'yaml':
      return applyYaml(edit, tree, options);
    case 'template':
      return applyTemplate(edit, tree, options);
    case 'delete':
      return applyDelete(edit, tree, options);
    default:
      throw new Error(`Unknown kind of edit: ${(edit as Edit).kind}`);
  }
}

async function applyYaml(
  edit: Extract<Edit, { kind: 'yaml' }>,
  tree: FileTree,
  options: RenderOptions,
): Promise<EditRecord[]> {
  const file = await readOne(edit.file, tree, options);
  const text = decodeText(file.content);
  if (text === undefined) {
    throw new EditError('yamlUnreadable', `${edit.file} is not UTF-8 text.`);
  }
  const record: EditRecord[] = [];
  const edited = Object.entries(edit.set).reduce((old, [path, value]) => {
    const { text: now, before } = inFile(edit.file, () =>
      setYamlValue(old, path, value as PlainValue),
    );
    if (now !== old) {
      record.push({ file: edit.file, path, before, after: value });
    }
    return now;
  }, text);
  if (record.length > 0) {
    tree.write({
      path: edit.file,
      mode: file.mode,
      content: encodeText(edited),
    });
  }
  return record;
}

async function applyDelete(
  edit: Extract<Edit, { kind: 'delete' }>,
  tree: FileTree,
  options: RenderOptions,
): Promise<EditRecord[]> {
  checkPath(edit.file, options);
  const [file] = await tree.read([edit.file]);
  // Gone already is as good as deleted: the same run may be rendered again on a newer base.
  if (!file) return [];
  tree.write({ path: edit.file, mode: '100644', content: undefined });
  return [{ file: edit.file, before: digest(file), after: undefined }];
}

async function applyTemplate(
  edit: Extract<Edit, { kind: 'template' }>,
  tree: FileTree,
  options: RenderOptions,
): Promise<EditRecord[]> {
  const from = folder(edit.from, options);
  const into = edit.into === '.' ? '' : folder(edit.into, options);
  const templates = await tree.read([from]);
  if (templates.length === 0) {
    throw new EditError(
      'templateMissing',
      `There are no templates in ${edit.from} on the base branch.`,
    );
  }
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

async function renderFolder(
  templates: RepositoryFile[],
  edit: Extract<Edit, { kind: 'template' }>,
  options: RenderOptions,
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
    checkPath(path, options);
    if (writes.has(path)) {
      throw new EditError(
        'templateFailed',
        `Two templates in ${edit.from} both make ${path}; give them different names.`,
      );
    }
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

/** `a/b` and `a/b/` as `a/b/`. */
function folder(path: string, options: RenderOptions): string {
  const trimmed = path.replace(/\/$/, '');
  checkPath(trimmed, options);
  return `${trimmed}/`;
}

async function readOne(
  path: string,
  tree: FileTree,
  options: RenderOptions,
): Promise<RepositoryFile & { mode: FileWrite['mode'] }> {
  checkPath(path, options);
  const [file] = await tree.read([path]);
  if (!file) {
    throw new EditError(
      'fileMissing',
      `${path} does not exist on the base branch; make it first, or correct the name.`,
    );
  }
  refuseLink(file);
  if (file.content.byteLength > renderLimits.fileBytes) throw tooLarge(path);
  return file as RepositoryFile & { mode: FileWrite['mode'] };
}

function checkPath(path: string, options: RenderOptions): void {
  try {
    options.checkPath(path);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new EditError('filePathInvalid', error.message);
  }
}

function refuseLink(file: RepositoryFile | undefined): void {
  if (file?.mode !== '120000') return;
  throw new EditError(
    'symbolicLink',
    `${file.path} is a symbolic link; edits change files only.`,
  );
}

function refuseTooMuch(files: FileWrite[]): void {
  if (files.length > renderLimits.files) {
    throw new EditError(
      'tooManyFiles',
      `The edits change ${files.length} files; ${renderLimits.files} are allowed in one change.`,
    );
  }
  let total = 0;
  for (const { path, content } of files) {
    const bytes = content?.byteLength ?? 0;
    if (bytes > renderLimits.fileBytes) throw tooLarge(path);
    total += bytes;
  }
  if (total > renderLimits.totalBytes) {
    throw new EditError(
      'changeTooLarge',
      `The files come to ${total} bytes; ${renderLimits.totalBytes} are allowed in one change.`,
    );
  }
}

function tooLarge(path: string): EditError {
  return new EditError(
    'fileTooLarge',
    `${path} is larger than ${renderLimits.fileBytes} bytes.`,
  );
}

function inFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof EditError)) throw error;
    throw new EditError(error.code, `${file}: ${error.message}`, {
      file,
      ...error.detail,
    });
  }
}

function digest(
  file: Pick<FileWrite, 'content'> | undefined,
): { sha256: string } | undefined {
  return (
    file?.content && {
      sha256: createHash('sha256').update(file.content).digest('hex'),
    }
  );
}
