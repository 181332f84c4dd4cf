import { crashPoints } from '@gitops-events/plugin-gitops-events-backend/src/pipeline/crashPoint';
import { planFaults } from './plan';

describe('planFaults', () => {
  it('kills at every named point and at random moments', () => {
    const plan = planFaults(22, crashPoints);
    expect(plan).toHaveLength(22);
    const places = plan.map(({ at }) => at);
    for (const point of crashPoints) expect(places).toContain(point);
    expect(places.filter(at => at === 'random')).toHaveLength(
      22 - crashPoints.length,
    );
  });

  it('leaves out what a host never passes', () => {
    const points = crashPoints.filter(at => at !== 'objects');
    const places = planFaults(120, points).map(({ at }) => at);
    expect(places).toHaveLength(120);
    expect(new Set(places)).toEqual(new Set([...points, 'random']));
  });
});
