import type {
  PolicyCheck,
  ProposedChange,
} from '@gitops-events/plugin-gitops-events-node';
import { judge } from './judge';
import { testEvent } from './testChange';

const change: ProposedChange = {
  repository: 'local:deployments',
  base: 'main',
  sensor: 'promote-image',
  owner: 'group:default/platform',
  event: testEvent({}),
  events: [],
  diff: [],
  files: [],
};

const check = (name: string, answer: PolicyCheck['check']): PolicyCheck => ({
  name,
  check: answer,
});

describe('judge', () => {
  it('gives the verdict of each check, and cannot for one that fails or hangs', async () => {
    const verdicts = await judge(
      change,
      [
        check('fine', async () => ({
          check: 'fine',
          verdict: 'pass',
          reasons: [],
        })),
        check('broken', async () => {
          throw new Error('no route');
        }),
        check('hanging', () => new Promise(() => {})),
      ],
      { deadlineMs: 20 },
    );
    expect(verdicts).toEqual([
      { check: 'fine', verdict: 'pass', reasons: [] },
      {
        check: 'broken',
        verdict: 'cannot',
        reasons: ['It failed and is asked again: no route'],
      },
      {
        check: 'hanging',
        verdict: 'cannot',
        reasons: ['It gave no answer within 20 ms; it is asked again.'],
      },
    ]);
  });
});
