import { familyOf, type JournalEntry } from '../forge/requestJournal';
import { repeatedRequests } from './repeatedRequests';

const tree = 'POST /repos/acme/deployments/git/trees';
const pull = 'POST /repos/acme/deployments/pulls';

const write = (
  at: number,
  request = tree,
  more: Partial<JournalEntry> = {},
): JournalEntry => {
  const [method, url] = request.split(' ');
  const family = familyOf({ method, url }, Buffer.alloc(0));
  const answered = { answer: 'taken' as const, answeredAt: at + 5 };
  return { at, request, digest: 'a', family, ...answered, ...more };
};
const lost = { answer: 'lost' as const };

describe('requests that came twice', () => {
  it('are none where each differs', () => {
    const journal = [write(1), write(2, tree, { digest: 'b' }), write(3, pull)];
    expect(repeatedRequests(journal, [])).toEqual({
      ...{ writes: 3, repeated: 0, explained: 0, findings: [] },
    });
  });

  it.each([
    ['its own answer was lost', [write(1, tree, lost), write(100)]],
    [
      'a later answer of the same call was lost',
      [
        write(1),
        write(10, 'POST /repos/acme/deployments/git/commits', lost),
        write(100),
      ],
    ],
    ['nobody took its answer', [write(1, tree, { answer: 'gone' }), write(9)]],
    ['it was refused', [write(1, tree, { answer: 'refused' }), write(9)]],
    [
      'a question of the call got no answer',
      [write(1), write(3, 'GET /repos/acme/deployments/pulls', lost), write(9)],
    ],
  ])('are explained where %s', (_, journal) => {
    expect(repeatedRequests(journal, [])).toMatchObject({
      ...{ repeated: 1, explained: 1, findings: [] },
    });
  });

  it('are explained by a kill between the two, not by one before or long after', () => {
    const journal = [write(10_000), write(20_000)];
    const explained = (...deaths: number[]) =>
      repeatedRequests(journal, deaths).explained;
    expect(explained(15_000)).toBe(1);
    expect(explained(9_000, 25_000)).toBe(0);
  });

  it.each([
    ['without any reason', [write(1), write(100)]],
    [
      'while another kind of call lost its answer',
      [write(1), write(10, pull, lost), write(100)],
    ],
    [
      'though an earlier one had a reason',
      [write(1, tree, lost), write(50), write(100)],
    ],
    [
      'before any reason',
      [write(1), write(100), write(200, tree, { ...lost, digest: 'b' })],
    ],
  ])('are found %s', (_, journal) => {
    const { repeated, explained, findings } = repeatedRequests(journal, []);
    expect(repeated - explained).toBe(1);
    expect(findings).toEqual([
      expect.stringContaining('POST /repos/acme/deployments/git/trees'),
    ]);
  });
});

describe('familyOf', () => {
  it.each([
    ['GET /repos/a/b/git/ref/heads/main', '', 'read'],
    ['POST /graphql', 'query { viewer }', 'read'],
    ['POST /graphql', 'mutation { updateRefs }', 'commit'],
    ['POST /graphql', 'mutation { enqueuePullRequest }', 'pullRequest'],
    ['POST /repos/a/b/git/commits', '{}', 'commit'],
    ['PUT /repos/a/b/pulls/3/merge', '{}', 'pullRequest'],
  ])('%s %s', (request, body, family) => {
    const [method, url] = request.split(' ');
    expect(familyOf({ method, url }, Buffer.from(body))).toBe(family);
  });
});
