import { maskSecrets } from '@gitops-events/plugin-gitops-events-common';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type {
  ChangeHost,
  PolicyCheck,
} from '@gitops-events/plugin-gitops-events-node';
import type { ActionSchema } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import { createFoldEffects } from '../change/foldEffects';
import type { GitopsEventsConfig } from '../config';
import type { Nudges } from '../nudges';
import { startLoop, type Loop } from '../pipeline/loop';
import { policyChecks } from '../policy/policyChecks';
import { hostBases } from '../change/hostBases';
import type { RehearsalConfig } from '../rehearse/Rehearsals';
import { createSensorReader } from '../store/readSensorRevision';
import { forgetReplays } from './forgetReplays';
import { startReplayLoop } from './replayLoop';
import { ReplaySandbox } from './ReplaySandbox';
import type { ReplayContext } from './takePage';

const DAY_MS = 24 * 3_600_000;
/** Whether a replay was kept long enough is looked at this often. */
const LOOK_AGAIN_MS = 600_000;

/** What takes replays on, and lets go of those that ended long ago. */
export interface Replays {
  context: ReplayContext;
  start(): void;
  stop(): Promise<void>;
}

/** Puts the room together. Starts nothing; its sandbox starts with the first replay. */
export function createReplays(options: {
  knex: Knex;
  config: RehearsalConfig & Pick<GitopsEventsConfig, 'retention'>;
  actions: readonly ActionSchema[];
  /** Beside ours and the configured ones. */
  checks: PolicyCheck[];
  hosts: ChangeHost[];
  nudges: Nudges;
  ownersOf: ReplayContext['ownersOf'];
  standsAside?(): boolean;
  logger: LoggerService;
}): Replays {
  const { knex, config, actions, hosts } = options;
  const own = new ReplaySandbox(config.limits);
  const { sandbox } = own;
  const checks = policyChecks({
    config,
    evaluateCel: (expression, variables, event) =>
      sandbox.evaluateCel(expression, variables, event),
    more: options.checks,
    logger: options.logger,
  });
  const context: ReplayContext = {
    knex,
    config,
    nudges: options.nudges,
    ownersOf: options.ownersOf,
    sandbox: own,
    readSensor: createSensorReader(knex),
    // Files as a whole are not kept, their diff is.
    view: { mask: maskSecrets as <T>(value: T) => T, fileLength: 0 },
    stage: () => {
      const baseOf = hostBases(hosts);
      const same = { config, sandbox, baseOf };
      return {
        ...same,
        actions,
        effectsOf: (repository, base) =>
          createFoldEffects({ ...same, repository, base, checks }),
      };
    },
  };
  let loops: Loop[] = [];
  return {
    context,
    start() {
      loops = [
        startReplayLoop({ ...options, ...context }),
        startLoop({
          name: 'replay retention',
          pollMs: LOOK_AGAIN_MS,
          logger: options.logger,
          turn: () => forgetReplays(knex, config.retention.replayDays * DAY_MS),
        }),
      ];
    },
    async stop() {
      await Promise.all(loops.map(loop => loop.stop()));
      await own.stop();
    },
  };
}
