import { whyNotCounted, type Involved } from './fourEyes';

const ana = 'user:default/ana';
const ben = 'user:default/ben';
const by = (person: string, did: Involved['did']): Involved => ({
  by: person,
  did,
});

describe('whyNotCounted', () => {
  it.each<[string, string, Involved[], Involved['did'] | undefined]>([
    ['counts of who had no part in it', ben, [by(ana, 'requested')], undefined],
    ['counts where only services had a part', ben, [], undefined],
    ['is not of who asked', ana, [by(ana, 'requested')], 'requested'],
    ['is not of who released', ana, [by(ana, 'released')], 'released'],
    ['is not of who replayed', ana, [by(ana, 'replayed')], 'replayed'],
    [
      'is not of one of several',
      ben,
      [by(ana, 'requested'), by(ben, 'requested')],
      'requested',
    ],
    [
      'names the first of several parts',
      ana,
      [by(ana, 'replayed'), by(ana, 'released'), by(ana, 'requested')],
      'requested',
    ],
    [
      'takes letters of a reference alike',
      'User:default/Ana',
      [by(ana, 'requested')],
      'requested',
    ],
    [
      'is of who is called alike elsewhere',
      'user:acme/ana',
      [by(ana, 'requested')],
      undefined,
    ],
  ])('an approval %s', (_, person, involved, why) => {
    expect(whyNotCounted(person, involved)).toBe(why);
  });
});
