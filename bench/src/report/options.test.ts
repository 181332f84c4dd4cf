import { harnessOptions, named } from './options';

describe('harnessOptions', () => {
  it('reads a name and flags in any order', () => {
    expect(
      harnessOptions(['--quick', 'ingest', '--json', '--database', 'sqlite']),
    ).toMatchObject({
      name: 'ingest',
      quick: true,
      json: true,
      database: 'sqlite',
    });
    expect(harnessOptions([])).toMatchObject({
      name: undefined,
      quick: false,
      json: false,
    });
  });

  it('reads what chaos of buses alone knows', () => {
    expect(
      harnessOptions(['bus', '--peers', '--faults', 'stall,quorum']),
    ).toMatchObject({ peers: true, faults: ['stall', 'quorum'] });
    expect(harnessOptions(['bus']).peers).toBe(false);
  });

  it.each([
    [['x', '--database', 'mysql'], 'sqlite or postgres'],
    [['x', '--kills', 'many'], 'number of times'],
    [['x', '--host', 'gitea'], 'local or github'],
    [['x', '--fast'], '--fast'],
  ])('refuses %j', (args, message) => {
    expect(() => harnessOptions(args)).toThrow(message);
  });

  it('says what there is when a name is unknown', () => {
    expect(() => named([{ name: 'a' }, { name: 'b' }], 'c')).toThrow(
      'There is no "c". There is: a, b.',
    );
  });
});
