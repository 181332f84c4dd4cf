// Compiled, never run: the types of each entry point are there, and none of these is `any`.
import backendPlugin, {
  createGitopsEventsConditionalDecision,
  gitopsEventsConditions,
} from '@gitops-events/plugin-gitops-events-backend';
import githubModule from '@gitops-events/plugin-gitops-events-backend-module-github';
import gitlabModule from '@gitops-events/plugin-gitops-events-backend-module-gitlab';
import kafkaModule from '@gitops-events/plugin-gitops-events-backend-module-kafka';
import natsModule from '@gitops-events/plugin-gitops-events-backend-module-nats';
import {
  GitopsEventsClient,
  type EventView,
} from '@gitops-events/plugin-gitops-events-common';
import {
  gitopsEventsExtensionPoint,
  type Action,
  type ChangeHost,
} from '@gitops-events/plugin-gitops-events-node';
import { readFiles } from '@gitops-events/plugin-gitops-events-node/git';
import {
  MemoryBroker,
  MemoryChangeHost,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import { parseSensors } from '@gitops-events/plugin-gitops-events-sensors';
import scaffolderModule from '@gitops-events/plugin-scaffolder-backend-module-gitops-events';

type Typed<T> = 0 extends 1 & T ? never : true;

export const typed: [
  Typed<typeof backendPlugin>,
  Typed<typeof createGitopsEventsConditionalDecision>,
  Typed<typeof gitopsEventsConditions>,
  Typed<typeof githubModule>,
  Typed<typeof gitlabModule>,
  Typed<typeof kafkaModule>,
  Typed<typeof natsModule>,
  Typed<typeof GitopsEventsClient>,
  Typed<EventView>,
  Typed<typeof gitopsEventsExtensionPoint>,
  Typed<Action>,
  Typed<ChangeHost>,
  Typed<typeof readFiles>,
  Typed<typeof MemoryBroker>,
  Typed<typeof MemoryChangeHost>,
  Typed<ReturnType<typeof parseSensors>['sensors']>,
  Typed<typeof scaffolderModule>,
] = [
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
  true,
];
