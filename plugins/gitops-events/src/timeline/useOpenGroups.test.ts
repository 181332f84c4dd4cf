import type { TimelineGroup } from '@gitops-events/plugin-gitops-events-common';
import { openByItself } from './useOpenGroups';

const groups = (count: number, settled: boolean) =>
  Array.from(
    { length: count },
    (_, index) => ({ eventUid: `e${index}`, settled }) as TimelineGroup,
  );

function openEach(all: TimelineGroup[]) {
  const open = new Set<string>();
  for (const { eventUid } of all) openByItself(open, eventUid, all);
  return [...open];
}

describe('groups that open by themselves', () => {
  it('are the newest six; the oldest folds to make room', () => {
    expect(openEach(groups(8, true))).toEqual([
      'e2',
      'e3',
      'e4',
      'e5',
      'e6',
      'e7',
    ]);
  });

  it('do not fold what is still under way, as in a storm', () => {
    expect(openEach(groups(8, false))).toEqual([
      'e0',
      'e1',
      'e2',
      'e3',
      'e4',
      'e5',
    ]);
  });
});
