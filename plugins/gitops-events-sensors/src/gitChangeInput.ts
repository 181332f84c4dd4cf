import { z } from 'zod';
import { hasControlCharacters } from './printable';
import { bareCel, duration } from './schema';

/** A path inside a repository: relative, `/` between parts, nothing that leaves it. @public */
export const repositoryPath = z.string().min(1).max(1024);

/** What becomes one line of a commit message or of a label. */
const oneLine = z
  .string()
  .trim()
  .refine(text => !hasControlCharacters(text), {
    message: 'It holds a line break or another control character.',
  });

const changesSomething = ({
  set,
  remove = [],
}: {
  set: object;
  remove?: string[];
}) => Object.keys(set).length + remove.length > 0;
const changesNothing = {
  message: 'It changes nothing: give a path under set or remove.',
};
const removedPaths = z
  .array(z.string())
  .max(100)
  .optional()
  .describe(
    'Paths whose key or list item is taken out, before anything is set. What is not there needs no removing.',
  );

/** @public */
export const yamlEditSchema = z
  .strictObject({
    kind: z.literal('yaml'),
    file: repositoryPath.describe('A YAML or JSON file.'),
    set: z
      .record(z.string(), z.unknown())
      .default({})
      .describe(
        'Value by path: `image.tag`, `containers[name=web].image`, `annotations["a.b/c"]`, `resources[+]` (added unless the list has it); in a file of several documents `[kind=Deployment,metadata.name=web]/spec.replicas`.',
      ),
    remove: removedPaths,
  })
  .refine(changesSomething, changesNothing);

/** @public */
export const jsonEditSchema = z
  .strictObject({
    kind: z.literal('json'),
    file: repositoryPath.describe('A JSON file, without comments.'),
    set: z
      .record(z.string(), z.unknown())
      .default({})
      .describe(
        'Value by path, as in YAML: `version`, `panels[title=Errors].unit`, `files[+]` (added unless the list has it).',
      ),
    remove: removedPaths,
  })
  .refine(changesSomething, changesNothing);

const imageSchema = z
  .strictObject({
    name: z.string().min(1).max(500).describe('As the manifests name it.'),
    newName: z.string().min(1).max(500).optional(),
    newTag: z.string().min(1).max(200).optional(),
    digest: z.string().min(1).max(200).optional(),
  })
  .refine(
    ({ newTag, digest }) => newTag === undefined || digest === undefined,
    {
      message: 'Give newTag or digest, not both.',
    },
  );

/** What `kustomize edit` can do. @public */
export const kustomizeEditSchema = z.strictObject({
  kind: z.literal('kustomize'),
  file: repositoryPath.describe('The kustomization file itself.'),
  images: z.array(imageSchema).max(100).default([]),
  replicas: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(253),
        count: z.number().int().min(0).max(10_000),
      }),
    )
    .max(100)
    .default([]),
  resources: z
    .strictObject({
      add: z.array(z.string().min(1).max(1024)).max(100).default([]),
      remove: z.array(z.string().min(1).max(1024)).max(100).default([]),
    })
    .default({ add: [], remove: [] }),
  labels: z.record(z.string(), z.string()).default({}),
  patches: z
    .array(z.record(z.string(), z.unknown()))
    .max(100)
    .default([])
    .describe('Added unless there: `{path, target}` or `{patch, target}`.'),
});

/** Values of a Helm chart, wherever its user keeps them. @public */
export const helmEditSchema = z.strictObject({
  kind: z.literal('helm'),
  file: repositoryPath.describe(
    'A values file, or one that holds an Argo CD Application or ApplicationSet, or a Flux HelmRelease.',
  ),
  name: z
    .string()
    .min(1)
    .max(253)
    .optional()
    .describe(
      'Of the Application or HelmRelease; needed where there are more.',
    ),
  chart: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe('Which source of an Application; needed where more are charts.'),
  version: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Of the chart: `targetRevision`, or `version` with Flux.'),
  values: z
    .record(z.string(), z.unknown())
    .default({})
    .describe('Value by path, such as `image.tag`.'),
});

/** @public */
export const terraformEditSchema = z.strictObject({
  kind: z.literal('terraform'),
  file: repositoryPath.describe('`*.tfvars`, or `*.tfvars.json`.'),
  set: z
    .record(
      z
        .string()
        .regex(/^[\p{L}_][\p{L}\p{N}_-]*$/u, 'Not a name of a variable.'),
      z.unknown(),
    )
    .describe('Value by the name of its variable; added where it is missing.'),
});

/** @public */
export const templateEditSchema = z.strictObject({
  kind: z.literal('template'),
  from: repositoryPath.describe(
    'Folder of templates, read at the base commit where `repo` names no other one. Every file and path is rendered (`${{ params.name }}`, `{% if %}`, `{% raw %}`); a trailing `.njk` is dropped.',
  ),
  repo: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .describe(
      'Where the templates are; by default in the repository that is changed. The boundary has to let its owner read them.',
    ),
  branch: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe('Of `repo`, whose newest commit is read. Default `main`.'),
  into: repositoryPath.describe('Folder that receives the rendered files.'),
  params: z
    .record(z.string(), z.unknown())
    .default({})
    .describe('What the templates may read as `params`.'),
});

/** @public */
export const deleteEditSchema = z.strictObject({
  kind: z.literal('delete'),
  file: repositoryPath.describe('A file; with a `/` at its end, all below it.'),
});

/** @public */
export const editSchema = z.discriminatedUnion('kind', [
  yamlEditSchema,
  jsonEditSchema,
  kustomizeEditSchema,
  helmEditSchema,
  terraformEditSchema,
  templateEditSchema,
  deleteEditSchema,
]);

/** Input of the action `git:change`. @public */
export const gitChangeInputSchema = z.strictObject({
  repo: z
    .string()
    .min(1)
    .max(1024)
    .describe('`local:<name>`, or the URL of a repository.'),
  base: z.string().min(1).max(255).default('main'),
  key: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe('Change key; by default sensor, step, entity and target.'),
  edits: z.array(editSchema).min(1).max(100),
  pullRequest: z
    .strictObject({
      title: oneLine.max(250).optional(),
      body: z
        .string()
        .max(10_000)
        .refine(text => !/^\s*GitOps-(Change|Members):/im.test(text), {
          message:
            'A line of it begins like a trailer of ours, GitOps-Change or GitOps-Members.',
        })
        .optional(),
      labels: z.array(oneLine.max(50)).max(20).default([]),
      draft: z
        .boolean()
        .optional()
        .describe(
          'Opened as a draft where it may not merge by itself, and made ready once the checks passed and the approvals are there; until then nobody merges it at the host.',
        ),
    })
    .default({ labels: [] }),
  merge: z
    .strictObject({
      when: bareCel
        .optional()
        .describe(
          'CEL over `event`, `params`, `run`, `change` and `policy`; without it a passed policy is enough. Bare, without ${{ }}.',
        ),
      approvals: z
        .number()
        .int()
        .min(0)
        .max(10)
        .default(1)
        .describe('Needed when it may not merge by itself.'),
      direct: z
        .boolean()
        .optional()
        .describe(
          'Committed to the base branch itself, without a pull request, where it may merge by itself; else, and where the host does not take it, proposed as ever. The boundary has to allow it.',
        ),
    })
    .default({ approvals: 1 }),
  coalesce: z.strictObject({ within: duration.default('10s') }).optional(),
});

/** @public */
export type GitChangeInput = z.output<typeof gitChangeInputSchema>;
/** @public */
export type Edit = z.output<typeof editSchema>;

/** Input of the action `sync:wait`. @public */
export const syncWaitInputSchema = z.strictObject({
  application: z
    .string()
    .max(500)
    .optional()
    .describe('One application; by default all that follow the changed paths.'),
});
/** @public */
export type SyncWaitInput = z.output<typeof syncWaitInputSchema>;
