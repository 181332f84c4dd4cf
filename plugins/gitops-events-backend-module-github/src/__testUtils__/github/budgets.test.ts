import { Budgets, published, takenBy } from './budgets';

describe('what GitHub allows', () => {
  let now: number;
  let budgets: Budgets;
  const write = () => budgets.take({ writes: 1, pushes: 0 });

  beforeEach(() => {
    now = 1_000_000_000;
    budgets = new Budgets(published, () => now);
  });

  it('refuses the next write of a minute, and says when there is room again', () => {
    for (let n = 0; n < 80; n++) {
      expect(write()).toBeUndefined();
      now += 500;
    }
    expect(write()).toMatchObject({
      status: 403,
      headers: { 'retry-after': '20' },
    });
    now += 20_000;
    expect(write()).toBeUndefined();
    expect(budgets).toMatchObject({
      refused: 1,
      highest: { 'writes a minute': 80 },
      total: { writes: 81, pushes: 0 },
    });
  });

  it('refuses the next write of an hour, however slowly they came', () => {
    for (let n = 0; n < 500; n++) {
      expect(write()).toBeUndefined();
      now += 3_000;
    }
    expect(write()).toMatchObject({
      headers: { 'retry-after': String(3_600 - 1_500) },
    });
  });

  it('refuses the seventh push of a minute, but no other write', () => {
    for (let n = 0; n < 6; n++) {
      expect(budgets.take({ writes: 1, pushes: 1 })).toBeUndefined();
    }
    expect(budgets.take({ writes: 1, pushes: 1 })).toMatchObject({
      headers: { 'retry-after': '60' },
    });
    expect(write()).toBeUndefined();
  });

  it('counts no question', () => {
    const graphql = (body: object) => takenBy('POST', '/api/graphql', body);
    const pulls = '/api/v3/repos/acme/deployments/pulls';
    expect(takenBy('GET', pulls, undefined)).toEqual({ writes: 0, pushes: 0 });
    expect(graphql({ query: '{ viewer { login } }' })).toEqual({
      writes: 0,
      pushes: 0,
    });
    expect(takenBy('POST', pulls, {})).toEqual({ writes: 1, pushes: 0 });
    const query = 'mutation ($id: ID!) { updateRefs }';
    const moved = { update: { afterOid: '1'.repeat(40) } };
    const deleted = { update: { afterOid: '0'.repeat(40) } };
    expect(graphql({ query, variables: moved })).toEqual({
      writes: 1,
      pushes: 1,
    });
    expect(graphql({ query, variables: deleted })).toEqual({
      writes: 1,
      pushes: 0,
    });
  });
});
