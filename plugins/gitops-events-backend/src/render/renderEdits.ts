import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type {
  FileWrite,
  RepositoryFile,
} from '@gitops-events/plugin-gitops-events-node';
import type { Edit } from '@gitops-events/plugin-gitops-events-sensors';
import { checkPath, refuseBehindFiles, refuseLink } from './editedPath';
import { EditError, inFile } from './editError';
import { digest, type EditRecord } from './editRecord';
import { FileTree, type ReadFiles } from './fileTree';
import { editHelm } from './helmEdit';
import { editKustomization } from './kustomizeEdit';
import { editJson } from './jsonEdit';
import { refuseTooMuch, renderLimits, tooLarge } from './renderLimits';
import { applyTemplate, type TemplateOptions } from './templateEdit';
import { decodeText, encodeText } from './text';
import { editTfvars } from './tfvarsEdit';
import { YamlFile } from './yamlFile';

export type { EditRecord } from './editRecord';

export type RenderedEdits =
  { files: FileWrite[]; record: EditRecord[] } | { reason: Reason };

export interface RenderOptions extends TemplateOptions {
  edits: Edit[];
  /** Files as the run finds them: of the base commit, changed by the runs before it. */
  read: ReadFiles;
}

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
    const changes = await tree.changes();
    await refuseBehindFiles(
      changes.flatMap(({ path, before }) => (before ? [] : [path])),
      tree,
    );
    const files = changes.map(({ path, before, after }): FileWrite => ({
      path,
      mode: (after ?? before)!.mode as FileWrite['mode'],
      content: after?.content,
    }));
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
      return applyToYaml(edit.file, tree, options, file => setAll(file, edit));
    case 'json':
      return applyToYaml(edit.file, tree, options, file =>
        editJson(file, () => setAll(file, edit)),
      );
    case 'kustomize':
      return applyToYaml(edit.file, tree, options, file =>
        editKustomization(file, edit),
      );
    case 'helm':
      return applyToYaml(edit.file, tree, options, file =>
        editHelm(file, edit),
      );
    case 'terraform':
      return applyTerraform(edit, tree, options);
    case 'template':
      return applyTemplate(edit, tree, options);
    case 'delete':
      return applyDelete(edit, tree, options);
    default:
      throw new Error(`Unknown kind of edit: ${(edit as Edit).kind}`);
  }
}

function setAll(
  file: YamlFile,
  { set, remove = [] }: Extract<Edit, { kind: 'yaml' | 'json' }>,
): void {
  for (const path of remove) file.remove(path);
  for (const [path, to] of Object.entries(set)) file.set(path, to);
}

async function applyToYaml(
  name: string,
  tree: FileTree,
  options: RenderOptions,
  work: (file: YamlFile) => void,
): Promise<EditRecord[]> {
  return applyToText(name, tree, options, text => {
    const file = new YamlFile(name, text);
    work(file);
    return file;
  });
}

/** Its JSON form is YAML as well. */
async function applyTerraform(
  { file, set }: Extract<Edit, { kind: 'terraform' }>,
  tree: FileTree,
  options: RenderOptions,
): Promise<EditRecord[]> {
  if (file.endsWith('.json')) {
    return applyToYaml(file, tree, options, json => {
      for (const [name, value] of Object.entries(set)) json.set(name, value);
    });
  }
  return applyToText(file, tree, options, text =>
    inFile(file, () => editTfvars(file, text, set)),
  );
}

async function applyToText(
  name: string,
  tree: FileTree,
  options: RenderOptions,
  work: (text: string) => { text: string; record: EditRecord[] },
): Promise<EditRecord[]> {
  const { mode, content } = await readOne(name, tree, options);
  const before = decodeText(content);
  if (before === undefined) {
    throw new EditError('textUnreadable', `${name} is not UTF-8 text.`);
  }
  const { text, record } = work(before);
  if (record.length > 0) {
    tree.write({ path: name, mode, content: encodeText(text) });
  }
  return record;
}

async function applyDelete(
  edit: Extract<Edit, { kind: 'delete' }>,
  tree: FileTree,
  options: RenderOptions,
): Promise<EditRecord[]> {
  checkPath(edit.file.replace(/\/$/, ''), options.checkPath);
  // Gone already is as good as deleted: the same run may be rendered again on a newer base.
  const files = await tree.read([edit.file]);
  for (const file of files) refuseLink(file);
  return files.map(file => {
    tree.write({ path: file.path, mode: '100644', content: undefined });
    return { file: file.path, before: digest(file), after: undefined };
  });
}

async function readOne(
  path: string,
  tree: FileTree,
  options: RenderOptions,
): Promise<RepositoryFile & { mode: FileWrite['mode'] }> {
  checkPath(path, options.checkPath);
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
