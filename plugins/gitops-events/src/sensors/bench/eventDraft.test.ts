import { draftFor, ingressFor } from './eventDraft';

const sensor = {
  dependencies: [
    { name: 'pushed', type: 'io.harbor.*', ingress: 'harbor' },
    { name: 'scanned', type: 'io.trivy.done', ingress: 'trivy' },
    { name: 'any', type: '*' },
  ],
};

it('is brought by whom the sensor trusts for its type', () => {
  expect(ingressFor(sensor, draftFor(sensor))).toBe('harbor');
  expect(ingressFor(sensor, { type: 'io.trivy.done' })).toBe('trivy');
  expect(ingressFor(sensor, { type: 'io.trivy.done.late' })).toBeUndefined();
  expect(ingressFor(sensor, {})).toBeUndefined();
});
