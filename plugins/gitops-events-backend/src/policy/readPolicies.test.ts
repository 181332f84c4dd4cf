import { mockServices } from '@backstage/backend-test-utils';
import { readConfig } from '../config';

const read = (...policies: object[]) =>
  readConfig(
    mockServices.rootConfig({ data: { gitopsEvents: { policies } } as any }),
  ).policies;
const good = {
  name: 'quota',
  deny: 'event.data.memory > 64',
  message: 'Less.',
};

describe('policies in the configuration', () => {
  it('are read', () => {
    const review = { name: 'large', review: 'change.files.size() > 9' };
    expect(
      read(good, { ...review, approvals: 2, message: 'Look.' }),
    ).toMatchObject([good, { ...review, approvals: 2 }]);
  });

  it.each<[string, object, RegExp]>([
    ['a syntax error', { deny: 'event.' }, /policies\[1\]\.deny: .*not a CEL/],
    ['an unknown name', { deny: 'evnt.type == "x"' }, /\.deny: .*evnt/],
    [
      'a function that is none',
      { when: 'event.type.startWith("x")' },
      /\.when: .*startWith/,
    ],
    ['a name of other places', { deny: 'policy.passed' }, /\.deny: .*policy/],
    ['neither deny nor review', { deny: undefined }, /needs one of/],
    ['both', { review: 'true' }, /needs one of/],
    ['approvals of what is denied', { approvals: 2 }, /goes with `review`/],
    [
      'half a person',
      { deny: undefined, review: 'true', approvals: 0.5 },
      /whole number/,
    ],
    ['the name of another', { name: 'quota' }, /another policy "quota"/],
  ])('are refused at start with %s', (_, difference, words) => {
    expect(() => read(good, { ...good, name: 'two', ...difference })).toThrow(
      words,
    );
  });

  it('are refused with an approval count of a target that is none', () => {
    const targets = { production: { class: 'production', approvals: 11 } };
    expect(() =>
      readConfig(
        mockServices.rootConfig({ data: { gitopsEvents: { targets } } as any }),
      ),
    ).toThrow(/targets\.production\.approvals is 11/);
  });
});
