import type {
  PolicyCheck,
  RepositoryFile,
} from '@gitops-events/plugin-gitops-events-node';
import {
  bindEvent,
  createEvaluator,
  gitChangeInputSchema,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { GitopsEventsConfig } from '../../config';
import type { Sandbox } from '../../sandbox';
import { celPolicy } from '../../policy/celPolicy';
import { testEvent } from '../../policy/__testUtils__/testChange';
import { FileTree } from '../../render/fileTree';
import { encodeText } from '../../render/text';
import type { Candidate } from '../candidate';
import { createFoldEffects } from '../foldEffects';
import type { FoldEffects } from '../foldRuns';

/** A run that sets values in files, and what its event and its step say. */
export interface Ask {
  id: string;
  /** What it sets, by file. */
  set: Record<string, Record<string, unknown>>;
  key?: string;
  owner?: string;
  mode?: 'auto' | 'propose';
  environment?: string;
  when?: string;
  approvals?: number;
  data?: object;
}

export function candidateOf(ask: Ask): Candidate {
  const { id, mode = 'auto', environment, when, approvals } = ask;
  const event = { ...testEvent(ask.data ?? {}), uid: id, id };
  return {
    effect: {
      effectId: id,
      runId: id,
      changeKey: ask.key ?? 'key',
      state: 'pending',
      repository: 'local:deployments',
      base: 'main',
      input: gitChangeInputSchema.parse({
        repo: 'local:deployments',
        edits: Object.entries(ask.set).map(([file, set]) => ({
          ...{ kind: 'yaml', file, set },
        })),
        merge: { when, approvals },
      }),
    },
    run: {
      ...{ id, sensor: 's', revision: 1, title: `Run ${id}`, mode },
      ownerRef: ask.owner ?? 'group:default/platform',
      target: environment && { environment },
      scope: { params: {}, events: [] },
    },
    event,
    events: [event],
  } as unknown as Candidate;
}

/** Every file there is has this text. */
export function treeOf(text: string): FileTree {
  return new FileTree(async paths =>
    paths
      .filter(path => path.endsWith('.yaml'))
      .map((path): RepositoryFile => ({
        ...{ path, mode: '100644', content: encodeText(text) },
      })),
  );
}

const evaluator = createEvaluator({ size: 100 });
const evaluateCel: Sandbox['evaluateCel'] = async (
  expression,
  variables,
  event,
) => evaluator(expression, variables, event && bindEvent(event));

/** A policy as it is configured. */
export function policy(
  rule: Partial<Parameters<typeof celPolicy>[0]>,
): PolicyCheck {
  return celPolicy({ name: 'p', message: 'Look.', ...rule }, evaluateCel);
}

const config: Pick<GitopsEventsConfig, 'boundaries' | 'targets'> = {
  boundaries: ['platform', 'search'].map(name => ({
    owner: `group:default/${name}`,
    ingresses: ['test'],
    actions: ['*'],
    repositories: [
      { repo: 'local:deployments', branches: ['main'], paths: ['apps/'] },
    ],
    environments: ['*'],
    merge: true,
  })),
  targets: {
    staging: { class: 'staging', mode: 'auto' },
    production: { class: 'production', mode: 'propose' },
  },
};

/** The real rooms, without a thread of their own. */
export function testEffects(checks: PolicyCheck[]): FoldEffects {
  return createFoldEffects({
    repository: 'local:deployments',
    base: 'main',
    config,
    checks,
    sandbox: {
      renderTemplates: async () => {
        throw new Error('No templates here.');
      },
      evaluateCel,
    },
    baseOf: async () => {
      throw new Error('No other repositories here.');
    },
  });
}
