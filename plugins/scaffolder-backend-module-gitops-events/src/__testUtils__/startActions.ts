import { startTestBackend } from '@backstage/backend-test-utils';
import {
  scaffolderActionsExtensionPoint,
  type TemplateAction,
} from '@backstage/plugin-scaffolder-node';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import { scaffolderModuleGitopsEvents } from '../module';
import { TestApi } from './TestApi';

/** The module in a running backend, beside the API that it calls. */
export async function startActions() {
  const api = new TestApi();
  const actions = new Map<string, TemplateAction<any, any>>();
  const backend = await startTestBackend({
    extensionPoints: [
      [
        scaffolderActionsExtensionPoint,
        {
          addActions: (...added) =>
            added.forEach(action => actions.set(action.id, action)),
        },
      ],
    ],
    features: [scaffolderModuleGitopsEvents, api.feature],
  });

  const run = async (
    id: string,
    input: Record<string, any>,
    context: { taskId?: string; stepId?: string; templateRef?: string } = {},
  ) => {
    const output: Record<string, unknown> = {};
    const lines: string[] = [];
    const base = createMockActionContext({
      input,
      task: { id: context.taskId ?? 'task-1' },
      templateInfo: {
        entityRef:
          context.templateRef ?? 'template:default/application-environment',
      },
    });
    await actions.get(id)!.handler({
      ...base,
      logger: { ...base.logger, info: line => lines.push(line) },
      output: (name, value) => {
        output[String(name)] = value;
      },
      step: { id: context.stepId ?? 'request' },
    });
    return { output, lines };
  };

  return { api, run, stop: () => backend.stop() };
}
