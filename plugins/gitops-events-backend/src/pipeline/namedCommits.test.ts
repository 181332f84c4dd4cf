import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import { namedCommits } from './namedCommits';

const ours = 'a'.repeat(40);
const theirs = 'b'.repeat(40);
const change = 'c'.repeat(32);

const about = (
  type: string,
  data: unknown,
  extensions: StoredEvent['extensions'] = {},
): StoredEvent => ({
  ...{ uid: '', id: '', source: '', ingress: 'ci', principal: '' },
  ...{ depth: 0, acceptedAt: 0, type, extensions },
  data: Buffer.from(typeof data === 'string' ? data : JSON.stringify(data)),
});

describe('commits that an event is about', () => {
  it.each([
    [
      'the newest of a push, not the one before',
      about('com.github.push', { before: theirs, after: ours }),
      { commits: [ours], changes: [] },
    ],
    [
      'the change that the message of a push names',
      about('com.gitlab.push', {
        after: ours,
        commits: [
          { message: `Other\n\nGitOps-Change: ${'d'.repeat(32)}\n` },
          { message: `Shop\n\nGitOps-Change: ${change}\nGitOps-Members: 1 f` },
        ],
      }),
      { commits: [ours], changes: [change] },
    ],
    [
      'both of a pull request',
      about('com.github.pull_request.closed', {
        pull_request: { head: { sha: theirs }, merge_commit_sha: ours },
      }),
      { commits: [theirs, ours], changes: [] },
    ],
    [
      'the attribute of any event',
      about('io.example.built', 'not JSON', { commit: ours }),
      { commits: [ours], changes: [] },
    ],
    [
      'nothing of a payload that nobody pointed at',
      about('io.example.built', { after: ours, commit: ours }),
      { commits: [], changes: [] },
    ],
    [
      'nothing that is no full id',
      about('com.github.push', {
        after: 'main',
        sha: ours.slice(0, 39),
        head_commit: { message: `see GitOps-Change: ${change}` },
      }),
      { commits: [], changes: [] },
    ],
    [
      'nothing of a payload that cannot be read',
      about('com.github.push', '{'),
      { commits: [], changes: [] },
    ],
  ])('%s', (_, event, named) => {
    expect(namedCommits(event)).toEqual(named);
  });

  it('are found where the ingress says', () => {
    const event = about('io.example.built', { build: { of: [theirs, ours] } });
    expect(namedCommits(event, ['data.build.of.-1', 'subject'])).toEqual({
      commits: [ours],
      changes: [],
    });
  });
});
