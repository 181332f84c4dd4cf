import type { Edit } from '@gitops-events/plugin-gitops-events-sensors';
import type { YamlFile } from './yamlFile';

type KustomizeEdit = Extract<Edit, { kind: 'kustomize' }>;

/**
 * What `kustomize edit` does, with every other byte left as it is: an image or
 * replica count is changed where its name is listed, else added.
 */
export function editKustomization(file: YamlFile, edit: KustomizeEdit): void {
  for (const image of edit.images) setImage(file, image);
  for (const { name, count } of edit.replicas) {
    const at = `replicas[name=${JSON.stringify(name)}]`;
    if (file.read(at) === undefined) file.set('replicas[+]', { name, count });
    else file.set(`${at}.count`, count);
  }
  for (const resource of edit.resources.remove) {
    const at = listOf(file, 'resources').indexOf(resource);
    if (at >= 0) file.remove(`resources[${at}]`);
  }
  for (const resource of edit.resources.add) file.set('resources[+]', resource);
  for (const patch of edit.patches) file.set('patches[+]', patch);
  setLabels(file, edit.labels);
}

/** A tag and a digest exclude each other: the one that is set drives the other out. */
function setImage(file: YamlFile, image: KustomizeEdit['images'][number]) {
  const { name, ...fields } = image;
  const at = `images[name=${JSON.stringify(name)}]`;
  if (file.read(at) === undefined) {
    file.set('images[+]', image);
    return;
  }
  if (fields.newTag !== undefined) file.remove(`${at}.digest`);
  if (fields.digest !== undefined) file.remove(`${at}.newTag`);
  for (const [field, value] of Object.entries(fields)) {
    if (value !== undefined) file.set(`${at}.${field}`, value);
  }
}

/** In `commonLabels` where the label stands there already, else in the first entry of `labels`. */
function setLabels(file: YamlFile, labels: Record<string, string>): void {
  const missing: Record<string, string> = {};
  for (const [label, value] of Object.entries(labels)) {
    const key = `[${JSON.stringify(label)}]`;
    if (file.read(`commonLabels${key}`) !== undefined) {
      file.set(`commonLabels${key}`, value);
    } else if (listOf(file, 'labels').length > 0) {
      file.set(`labels[0].pairs${key}`, value);
    } else {
      missing[label] = value;
    }
  }
  if (Object.keys(missing).length > 0) {
    file.set('labels[+]', { pairs: missing });
  }
}

function listOf(file: YamlFile, key: string): unknown[] {
  const value = file.read(key) ?? [];
  return Array.isArray(value)
    ? value
    : file.refuse('pathNotFound', `${key} is not a list.`);
}
