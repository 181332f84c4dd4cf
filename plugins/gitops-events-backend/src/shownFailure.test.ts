import { ServiceUnavailableError } from '@backstage/errors';
import { RetryLaterError } from '@gitops-events/plugin-gitops-events-node';
import { withoutSecrets } from './secrets/withoutSecrets';
import { shownFailure } from './shownFailure';
import { databaseKinds, testDatabases } from './store/testDatabases';

const databases = testDatabases();
const failureOf = (work: () => Promise<unknown>): Promise<unknown> =>
  work().then(
    () => undefined,
    error => error,
  );
const inside = expect.stringMatching(
  /^Something failed inside .* at "here"\.$/,
);

describe.each(databaseKinds)('what is shown of a failure on %s', kind => {
  it('is nothing of what the database says, inside a transaction and beside secrets too', async () => {
    const { knex } = await databases.open(kind);
    const failures = [
      await failureOf(() => knex('nowhere')),
      await failureOf(() => knex.transaction(tx => tx('nowhere'))),
      await failureOf(() => withoutSecrets(['s3cret'], () => knex('nowhere'))),
      new AggregateError([], 'connect ECONNREFUSED 10.0.0.7:5432'),
      Object.assign(new Error('connect ECONNREFUSED'), {
        code: 'ECONNREFUSED',
      }),
    ];
    for (const failure of failures) {
      expect(shownFailure(failure, 'here')).toEqual(inside);
    }
  });

  it('leaves out the cause of a sentence for people', async () => {
    const { knex } = await databases.open(kind);
    const cause = (await failureOf(() => knex('nowhere'))) as Error;
    const error = new ServiceUnavailableError('The forge is away', cause);
    expect(error.message).toContain('nowhere');
    expect(shownFailure(error, 'here')).toBe('The forge is away');
  });
});

it('shows what a forge says, without its secrets', () => {
  const told = new RetryLaterError('Used up; token ghp_0123456789abcdef', 1);
  expect(shownFailure(told, 'here')).toBe('Used up; token ••••••');
  expect(shownFailure(undefined, 'here')).toEqual(inside);
});
