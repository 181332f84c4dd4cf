/** A document of Kubernetes, or what looks like one. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata?: Record<string, unknown>;
  [field: string]: unknown;
}

/** What is wrong with an object; `path` leads to the field. */
export interface ObjectProblem {
  path: Array<string | number>;
  message: string;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isKubernetesObject(value: unknown): value is KubernetesObject {
  return (
    isObject(value) &&
    typeof value.apiVersion === 'string' &&
    typeof value.kind === 'string'
  );
}

/** The API group, `` for the core one. */
export function groupOf({ apiVersion }: KubernetesObject): string {
  return apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
}

const plainGroups = [
  '',
  'apps',
  'batch',
  'autoscaling',
  'policy',
  'extensions',
];
/** They configure tools; no cluster ever sees them. */
const toolGroups = [
  'kustomize.config.k8s.io',
  'config.k8s.io',
  'client.authentication.k8s.io',
];

/** Whether the object is of Kubernetes itself, whose rules for names are known. */
export function isBuiltIn(object: KubernetesObject): boolean {
  const group = groupOf(object);
  if (object.kind === 'Config' || toolGroups.includes(group)) return false;
  return plainGroups.includes(group) || /(^|\.)(?<!x-)k8s\.io$/.test(group);
}

/** What every cluster would refuse, whatever the kind. */
export function essentialProblems(object: KubernetesObject): ObjectProblem[] {
  if (!isBuiltIn(object) || object.kind.endsWith('List')) return [];
  const { metadata } = object;
  if (!isObject(metadata)) {
    return [{ path: [], message: 'it has no metadata.name' }];
  }
  return [
    ...versionProblem(object),
    ...nameProblem(object, metadata),
    ...textProblems(metadata, 'labels'),
    ...textProblems(metadata, 'annotations'),
  ];
}

function versionProblem({ apiVersion }: KubernetesObject): ObjectProblem[] {
  return /^([a-z0-9.-]+\/)?v\d+((alpha|beta)\d+)?$/.test(apiVersion)
    ? []
    : [
        {
          path: ['apiVersion'],
          message: `apiVersion "${apiVersion}" is none; write it like apps/v1`,
        },
      ];
}

/** Somebody else fills it in: Helm, Flux, kustomize. */
const placeholder = /\{\{|\$\{|\$\(/;
const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const subdomain =
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function nameProblem(
  object: KubernetesObject,
  { name, generateName }: Record<string, unknown>,
): ObjectProblem[] {
  if (name === undefined && generateName !== undefined) return [];
  const path = ['metadata', 'name'];
  if (name === undefined || name === null || name === '') {
    return [{ path: ['metadata'], message: 'it has no metadata.name' }];
  }
  if (typeof name !== 'string') {
    return [{ path, message: `metadata.name is no text; put it in quotes` }];
  }
  if (placeholder.test(name) || fits(object, name)) return [];
  return [
    {
      path,
      message: `metadata.name "${name}" is no name of Kubernetes; use small letters, digits, "-" and at most ${mustBeLabel(object) ? '63' : '253'} characters`,
    },
  ];
}

function fits(object: KubernetesObject, name: string): boolean {
  // Roles may be called system:node.
  if (groupOf(object) === 'rbac.authorization.k8s.io') {
    return !/[/%]/.test(name) && name !== '.' && name !== '..';
  }
  return mustBeLabel(object)
    ? label.test(name)
    : name.length <= 253 && subdomain.test(name);
}

function mustBeLabel(object: KubernetesObject): boolean {
  return (
    groupOf(object) === '' && ['Namespace', 'Service'].includes(object.kind)
  );
}

/** `version: 1.10` is a number to YAML, and no cluster takes it. */
function textProblems(
  metadata: Record<string, unknown>,
  field: 'labels' | 'annotations',
): ObjectProblem[] {
  const map = metadata[field];
  if (!isObject(map)) return [];
  return Object.entries(map)
    .filter(([, value]) => typeof value !== 'string' && value !== null)
    .map(([key, value]) => ({
      path: ['metadata', field, key],
      message: `metadata.${field}.${key} is ${JSON.stringify(value)} and no text; put it in quotes`,
    }));
}
