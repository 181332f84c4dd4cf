import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import { testEvent } from '../policy/__testUtils__/testChange';
import { secretScan } from '../policy/secretScan';
import type { EditRecord } from '../render/editRecord';
import { candidateOf, testEffects, treeOf } from './__testUtils__/foldTest';
import type { ChangeStory } from './changeStory';
import { cleanTexts } from './cleanTexts';

// Taken apart, so that nobody who looks for credentials finds one here.
const secret = [
  'https://hooks.slack.com/services',
  'T01ABCDEF',
  'B01ABCDEF',
  'abcdefghijklmnopqrstuvwx',
].join('/');

function story(what: {
  data?: object;
  edits?: EditRecord[];
  context?: Record<string, string>;
  event?: Partial<StoredEvent>;
}): ChangeStory {
  const event = {
    ...testEvent({ size: 2, ...what.data }),
    ...{ dataContentType: 'application/json', ...what.event },
  };
  return {
    ...{ changeId: 'c1', title: 'Resize', sensors: 'resize', verdicts: [] },
    ...{ mergesItself: false, approvalsNeeded: 2 },
    portalUrl: 'https://portal.example.com/gitops-events/changes/c1',
    members: [
      {
        ...{ effectId: 'e', changeKey: 'k', asOf: 0, title: 'Resize' },
        ...{ event, events: 1 },
        edits: what.edits ?? [],
        run: {
          ...{ sensor: 'resize', revision: 1, mode: 'auto' },
          scope: { events: [], context: what.context ?? {} },
        },
      },
    ],
  };
}

describe('cleanTexts', () => {
  it('shows the payload, and leaves it out where it holds a credential', async () => {
    const fine = await cleanTexts(story({}), 'Own text.');
    expect(fine.body).toContain('"size": 2');

    const { body, message } = await cleanTexts(
      story({ data: { callback: secret }, context: { tier: 'gold' } }),
      'Own text.',
    );
    expect(body).not.toContain(secret);
    expect(body).not.toContain('Payload');
    for (const kept of ['Own text.', '`gold`', 'GitOps-Change: c1']) {
      expect(body).toContain(kept);
    }
    expect(message).toBe(fine.message);
  });

  it('leaves out the values where one of them is a credential that is removed', async () => {
    const edits: EditRecord[] = [
      {
        ...{ file: 'apps/shop.yaml', path: 'notify.url' },
        ...{ before: secret, after: 'https://example.com' },
      },
    ];
    const { body } = await cleanTexts(story({ edits }), 'Own text.');
    expect(body).not.toContain('hooks.slack');
    expect(body).not.toContain('* Change:');
    expect(body).toMatch(/^Own text\.[^]*It needs 2 approvals[^]*`resize`/);
  });

  it('tells only what is ours where anything else holds one', async () => {
    const { body, message } = await cleanTexts(
      story({ event: { source: secret } }),
    );
    for (const text of [body, message]) {
      expect(text).not.toContain(secret);
      expect(text).toContain('GitOps-Change: c1\nGitOps-Members: 1 ');
    }
    expect(body).toMatch(
      /^\*\*It needs 2 approvals, \[.*\]\(https:\/\/portal.*\/changes\/c1\)/,
    );
  });

  it('masks what context calls a secret', async () => {
    const { body } = await cleanTexts(
      story({ context: { password: 'hunter2', tier: 'gold' } }),
    );
    expect(body).toContain('`gold`');
    expect(body).not.toContain('hunter2');
  });
});

describe('the text of a pull request', () => {
  type Spoil = (candidate: ReturnType<typeof candidateOf>) => void;
  it.each<[string, Spoil]>([
    [
      'the title of the run',
      ({ run }) => {
        run.title = secret;
      },
    ],
    [
      'the title that the step gives',
      ({ effect }) => {
        effect.input.pullRequest.title = secret;
      },
    ],
    [
      'context',
      ({ run }) => {
        run.scope.context = { callback: secret };
      },
    ],
  ])('is denied with a credential in %s', async (_, spoil) => {
    const judged = async (spoilIt: Spoil) => {
      const one = candidateOf({ id: 'a', set: { 'apps/a.yaml': { tag: 1 } } });
      one.effect.input.pullRequest.title = 'Resize';
      spoilIt(one);
      const { verdicts } = await testEffects([secretScan]).judge(
        [one],
        treeOf('tag: 0\n'),
        { whole: false },
      );
      return verdicts.map(({ verdict }) => verdict);
    };
    expect(await judged(spoil)).toEqual(['deny']);
    expect(await judged(() => {})).toEqual(['pass']);
  });
});
