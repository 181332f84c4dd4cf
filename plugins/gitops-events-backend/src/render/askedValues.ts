import type { Edit } from '@gitops-events/plugin-gitops-events-sensors';

/** One value that an edit asks for. */
export interface AskedValue {
  /** The same for two edits that set the same thing, in words. */
  name: string;
  /** What the value is called where it stands: tells whether it is a secret. */
  key: string;
  /** Undefined: it is to be gone. */
  value: unknown;
  /** Whether asking for another value of that name later leaves nothing of this one. */
  replaceable: boolean;
}

/** What an edit asks for, value by value, before any file is looked at. Pure. */
export function askedValues(edit: Edit): AskedValue[] {
  switch (edit.kind) {
    case 'yaml':
    case 'json':
      return [
        ...(edit.remove ?? []).map(path => asked(path, edit.file, undefined)),
        ...Object.entries(edit.set).map(([path, value]) =>
          asked(path, edit.file, value),
        ),
      ];
    case 'kustomize':
      return kustomizeValues(edit);
    case 'helm':
      return [
        ...Object.entries(edit.values).map(([path, value]) =>
          asked(path, helmPlace(edit), value),
        ),
        ...(edit.version === undefined
          ? []
          : [asked('version of the chart', helmPlace(edit), edit.version)]),
      ];
    case 'terraform':
      return Object.entries(edit.set).map(([name, value]) =>
        asked(name, edit.file, value),
      );
    case 'template':
      return [
        ['templates', [edit.from, edit.repo].filter(Boolean).join(' of ')],
        ...Object.entries(edit.params),
      ].map(([name, value]) => ({
        name,
        key: name,
        value,
        replaceable: false,
      }));
    case 'delete':
      return [
        { name: edit.file, key: '', value: 'deleted', replaceable: false },
      ];
    default:
      throw new Error(`Unknown kind of edit: ${(edit as Edit).kind}`);
  }
}

function helmPlace(edit: Extract<Edit, { kind: 'helm' }>): string {
  return [edit.chart, edit.name, edit.file].filter(Boolean).join(' of ');
}

function kustomizeValues(
  edit: Extract<Edit, { kind: 'kustomize' }>,
): AskedValue[] {
  const { file, images, replicas, labels, resources, patches } = edit;
  return [
    ...images.flatMap(({ name, newTag, digest, newName }) => [
      ...((newTag ?? digest)
        ? [asked(`image ${name}`, file, newTag ?? digest)]
        : []),
      ...(newName ? [asked(`name of image ${name}`, file, newName)] : []),
    ]),
    ...replicas.map(({ name, count }) =>
      asked(`replicas of ${name}`, file, count),
    ),
    ...Object.entries(labels).map(([label, value]) =>
      asked(`label ${label}`, file, value),
    ),
    ...resources.add.map(each => asked(`resource ${each}`, file, each)),
    ...resources.remove.map(each => asked(`resource ${each}`, file, undefined)),
    ...patches.map(patch => asked('patches[+]', file, patch)),
  ];
}

function asked(path: string, file: string, value: unknown): AskedValue {
  return {
    name: `${path} in ${file}`,
    key: path,
    value,
    replaceable: !path.endsWith('[+]'),
  };
}
