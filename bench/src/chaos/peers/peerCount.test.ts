import { countPeer } from './peerCount';

describe('countPeer', () => {
  it('tells what is lost from what is late, and counts what is done twice once', () => {
    const acknowledged = ['a', 'b', 'c', 'd'];
    expect(countPeer(acknowledged, ['a', 'b', 'b', 'b'], ['a', 'c'])).toEqual({
      ...{ accepted: 4, lost: 1, doubled: 1, late: 1 },
    });
  });

  it('finds nothing where each is done once, even what nobody was promised', () => {
    expect(countPeer(['a'], ['a', 'unanswered'], [])).toEqual({
      ...{ accepted: 1, lost: 0, doubled: 0, late: 0 },
    });
  });
});
