import { crashPoints } from '@gitops-events/plugin-gitops-events-backend/src/pipeline/crashPoint';
import { planFaults } from './plan';

describe('planFaults', () => {
  it('kills at every named point and at random moments', () => {
    const plan = planFaults(24, crashPoints);
    expect(plan).toHaveLength(24);
    const places = plan.map(({ at }) => at);
    for (const point of crashPoints) expect(places).toContain(point);
    expect(places.filter(at => at === 'random')).toHaveLength(
      24 - crashPoints.length,
    );
  });

  it('kills at some of the points where it kills seldom', () => {
    const places = planFaults(4, crashPoints).map(({ at }) => at);
    expect(places).toHaveLength(4);
    const named = places.filter(at => at !== 'random');
    expect(named).toHaveLength(2);
    expect(new Set(named).size).toBe(2);
  });

  it('leaves out what a host never passes', () => {
    const points = crashPoints.filter(at => at !== 'objects');
    const places = planFaults(120, points).map(({ at }) => at);
    expect(places).toHaveLength(120);
    expect(new Set(places)).toEqual(new Set([...points, 'random']));
  });
});
