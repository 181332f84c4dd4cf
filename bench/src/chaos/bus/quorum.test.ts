import { noAnswers } from '../answers';
import type { Site } from './disturbance';
import { quorum, withoutQuorum } from './quorum';

describe('quorum', () => {
  it('counts what was told meanwhile', () => {
    const before = { ...noAnswers, accepted: 7, refused: 1, unanswered: 2 };
    const after = { ...noAnswers, accepted: 7, refused: 5, unanswered: 3 };
    expect(withoutQuorum(before, after)).toEqual({
      ...{ quorumAccepted: 0, quorumRefused: 4 },
      ...{ quorumUnanswered: 1, quorumUnexplained: 0 },
    });
  });

  it('is left out where there are fewer than three servers', async () => {
    const one = { servers: [{}] } as Site['broker'];
    expect(await quorum.cannot({ broker: one } as Site)).toContain(
      'no cluster',
    );
    expect(await quorum.cannot({ broker: undefined } as Site)).toContain(
      'no cluster',
    );
  });
});
