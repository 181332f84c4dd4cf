import { exampleId, type Line, type Story } from '../story';
import { application, passed } from './parts';

function environmentFiles(name: string, app: string, team: string) {
  const file = (path: string, after: string) => ({
    path: `environments/${name}/${path}`,
    after,
  });
  const meta = (kind: string, version: string, object = name) =>
    `apiVersion: ${version}\nkind: ${kind}\nmetadata:\n  name: ${object}\n  namespace: ${name}\n`;
  return [
    file(
      'application.yaml',
      `${meta('Application', 'argoproj.io/v1alpha1')}spec:\n  project: ${team}\n  destination:\n    server: https://kubernetes.default.svc\n    namespace: ${name}\n  source:\n    repoURL: https://git.example.com/platform/deployments.git\n    targetRevision: main\n    path: environments/${name}\n  syncPolicy:\n    automated:\n      prune: true\n      selfHeal: true\n`,
    ),
    file(
      'kustomization.yaml',
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  - namespace.yaml\n  - resourcequota.yaml\n  - rolebinding.yaml\n',
    ),
    file(
      'namespace.yaml',
      `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${name}\n  labels:\n    app.kubernetes.io/part-of: ${app}\n    gitops-events.io/class: staging\n    gitops-events.io/team: ${team}\n    pod-security.kubernetes.io/enforce: restricted\n`,
    ),
    file(
      'resourcequota.yaml',
      `${meta('ResourceQuota', 'v1', 'environment')}spec:\n  hard:\n    requests.cpu: "2"\n    requests.memory: 4Gi\n    limits.memory: 4Gi\n`,
    ),
    file(
      'rolebinding.yaml',
      `${meta('RoleBinding', 'rbac.authorization.k8s.io/v1', 'developers')}subjects:\n  - kind: Group\n    name: ${team}\n    apiGroup: rbac.authorization.k8s.io\nroleRef:\n  kind: ClusterRole\n  name: edit\n  apiGroup: rbac.authorization.k8s.io\n`,
    ),
  ];
}

/** Somebody asks for an environment with the form; it is applied in about two seconds, or `slow` times that. */
export function environment(options: {
  name: string;
  application: string;
  team: string;
  person: string;
  pullRequest: number;
  slow?: number;
}): Story {
  const { name, team, pullRequest, slow = 1 } = options;
  const commit = exampleId(name).slice(0, 8).padEnd(40, '7');
  const branch = `gitops-events/${exampleId(`branch ${name}`).slice(0, 12)}`;
  const into = `environments/${name}`;
  const lines: Line[] = [
    [
      0,
      'eventReceived',
      {
        source: '/portal/application-environment',
        type: 'dev.gitops-events.environment.requested',
      },
    ],
    [
      12 * slow,
      'sensorFired',
      { sensor: 'app-provisioning', revision: 7, mode: 'auto' },
    ],
    [40 * slow, 'changeRendered', { files: 5, additions: 73, deletions: 0 }],
    [8 * slow, 'policyJudged', { verdicts: passed }],
    [
      11 * slow,
      'changeCommitted',
      { commit, branch, repository: 'deployments' },
    ],
    [96 * slow, 'pullRequestOpened', { number: pullRequest }],
    [203 * slow, 'merged', { commit, rule: 'small and green' }],
    [180 * slow, 'syncStarted', application(into, commit)],
    [1_340 * slow, 'syncHealthy', application(into, commit)],
    [4, 'runEnded', { end: 'applied' }],
  ];
  return {
    title: `Create environment "${name}"`,
    requestedBy: `user:default/${options.person.toLowerCase()}`,
    source: '/portal/application-environment',
    type: 'dev.gitops-events.environment.requested',
    subject: name,
    entityRef: `component:default/${options.application}`,
    sensor: 'app-provisioning',
    sensorTitle: 'Application environments',
    owner: 'group:default/platform',
    principal: `user:default/${options.person.toLowerCase()} via plugin:scaffolder`,
    ingress: 'portal',
    environment: 'staging',
    data: {
      application: options.application,
      team,
      name,
      class: 'staging',
      cpu: 2,
      memory: 4,
      contact: `${team}@example.com`,
    },
    lines,
    change: {
      pullRequest,
      approvalsNeeded: 0,
      approvals: [],
      verdicts: passed,
      files: environmentFiles(name, options.application, team),
    },
  };
}
