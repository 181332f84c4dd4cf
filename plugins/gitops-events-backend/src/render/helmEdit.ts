import type { Edit } from '@gitops-events/plugin-gitops-events-sensors';
import { parseYaml } from './parseYaml';
import { setYamlValue } from './yamlEdit';
import type { YamlFile } from './yamlFile';
import type { PlainValue } from './yamlWrite';

type HelmEdit = Extract<Edit, { kind: 'helm' }>;

/** A document that names a chart and its values. */
interface Release {
  /** Of the document, in front of each path. */
  document: string;
  kind: 'Application' | 'ApplicationSet' | 'HelmRelease';
}

/**
 * Sets values of a Helm chart where its user keeps them: in a values file, in an
 * Argo CD `Application` or `ApplicationSet` (`valuesObject`, the text `values`,
 * or a parameter that would override both), or in a Flux `HelmRelease`.
 *
 * @throws EditError when it is not plain which chart is meant.
 */
export function editHelm(file: YamlFile, edit: HelmEdit): void {
  const release = findRelease(file, edit.name);
  if (release === undefined) {
    if (edit.version !== undefined) {
      file.refuse(
        'versionNotThere',
        'A values file names no version of a chart; leave version out, or name the Application or HelmRelease.',
      );
    }
    setEach(edit, (path, value) => file.set(path, value));
    return;
  }
  if (release.kind === 'HelmRelease') {
    const spec = `${release.document}/spec`;
    setEach(edit, (path, value) =>
      file.set(below(`${spec}.values`, path), value),
    );
    if (edit.version !== undefined) {
      if (file.read(`${spec}.chartRef`) !== undefined) {
        file.refuse(
          'versionNotThere',
          'This HelmRelease takes its chart by chartRef, which names no version; set it in the OCIRepository or HelmChart that it names.',
        );
      }
      file.set(`${spec}.chart.spec.version`, edit.version);
    }
    return;
  }
  const source = sourceOf(file, release, edit.chart);
  setEach(edit, (path, value) => setArgoValue(file, source, path, value));
  if (edit.version !== undefined) {
    file.set(`${source}.targetRevision`, edit.version);
  }
}

function setEach(
  { values }: HelmEdit,
  set: (path: string, value: unknown) => void,
): void {
  for (const [path, value] of Object.entries(values)) set(path, value);
}

/** @returns undefined for a values file. */
function findRelease(
  file: YamlFile,
  name: string | undefined,
): Release | undefined {
  const releases = parseYaml(file.text).flatMap(document => {
    const { kind, metadata } = (document.toJS() ?? {}) as {
      kind?: unknown;
      metadata?: { name?: unknown };
    };
    return isRelease(kind) && (name === undefined || metadata?.name === name)
      ? [{ kind, name: metadata?.name }]
      : [];
  });
  if (releases.length === 1) {
    const [{ kind, name: found }] = releases;
    const fields = [`kind=${kind}`];
    if (typeof found === 'string') {
      fields.push(`metadata.name=${JSON.stringify(found)}`);
    }
    return { kind, document: `[${fields.join(',')}]` };
  }
  if (releases.length > 1) {
    return file.refuse(
      'documentNotSelected',
      `The file has ${releases.length} of them: ${releases.map(each => each.name).join(', ')}. Say which one by its name.`,
    );
  }
  if (name === undefined) return undefined;
  return file.refuse(
    'documentNotSelected',
    `There is no Application, ApplicationSet or HelmRelease named ${name}.`,
  );
}

function isRelease(kind: unknown): kind is Release['kind'] {
  return (
    kind === 'Application' ||
    kind === 'ApplicationSet' ||
    kind === 'HelmRelease'
  );
}

/** Path of the source of an Application that is a chart. */
function sourceOf(
  file: YamlFile,
  { document, kind }: Release,
  chart: string | undefined,
): string {
  const spec =
    kind === 'Application'
      ? `${document}/spec`
      : `${document}/spec.template.spec`;
  if (file.read(`${spec}.source`) !== undefined) return `${spec}.source`;
  const sources = file.read(`${spec}.sources`);
  const isMeant = (source: { chart?: string; helm?: unknown } | null) =>
    chart === undefined
      ? source?.chart !== undefined || source?.helm !== undefined
      : source?.chart === chart;
  const found = (Array.isArray(sources) ? sources : []).flatMap((source, at) =>
    isMeant(source) ? [at] : [],
  );
  if (found.length === 1) return `${spec}.sources[${found[0]}]`;
  return file.refuse(
    'sourceNotSelected',
    found.length === 0
      ? `None of its sources is ${chart === undefined ? 'a chart' : `the chart ${chart}`}.`
      : `${found.length} of its sources are charts; say which one by chart.`,
  );
}

/** A parameter overrides all values, and `valuesObject` the text. */
function setArgoValue(
  file: YamlFile,
  source: string,
  path: string,
  value: unknown,
): void {
  const parameter = `${source}.helm.parameters[name=${JSON.stringify(path)}]`;
  if (file.read(parameter) !== undefined) {
    if (typeof value === 'object' && value !== null) {
      file.refuse(
        'valueNotWritable',
        `${path} is a parameter, which holds one text or number only.`,
      );
    }
    file.set(`${parameter}.value`, String(value));
    return;
  }
  const text = file.read(`${source}.helm.values`);
  const object = file.read(`${source}.helm.valuesObject`);
  if (typeof text === 'string' && object === undefined) {
    const { text: after } = setYamlValue(text, path, value as PlainValue);
    file.set(`${source}.helm.values`, after);
    return;
  }
  file.set(below(`${source}.helm.valuesObject`, path), value);
}

function below(parent: string, path: string): string {
  return path.startsWith('[') ? `${parent}${path}` : `${parent}.${path}`;
}
