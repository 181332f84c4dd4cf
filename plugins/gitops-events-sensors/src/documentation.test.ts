import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { builtInActions } from './actions';
import { compileSensor } from './compile';
import { lintSensor } from './lint';
import { parseSensors } from './parse/parseSensors';
import { sensorSchema } from './schema';
import { sensorOf } from './__testUtils__/sensorOf';

const root = path.join(__dirname, '../../..');
const files = [
  'README.md',
  ...readdirSync(path.join(root, 'docs'))
    .filter(name => name.endsWith('.md'))
    .map(name => `docs/${name}`),
];

interface Example {
  place: string;
  text: string;
}

const examples = files.flatMap((file): Example[] => {
  const markdown = readFileSync(path.join(root, file), 'utf8');
  return [...markdown.matchAll(/^```yaml[^\n]*\n(.*?)^```$/gms)].map(match => ({
    place: `${file}:${markdown.slice(0, match.index).split('\n').length}`,
    text: match[1],
  }));
});
const whole = examples.filter(({ text }) => /^kind: Sensor$/m.test(text));

/** Those that show fields of `spec` and nothing else. */
const fields = Object.keys(sensorSchema.shape.spec.shape);
const partial = examples.flatMap(({ place, text }) => {
  const value = parseAllDocuments(text)[0]?.toJS();
  const names = value && !Array.isArray(value) ? Object.keys(value) : [];
  const known = names.length > 0 && names.every(name => fields.includes(name));
  return known ? [{ place, value }] : [];
});

describe('the examples of the documentation', () => {
  it('are found', () => {
    expect(whole.length).toBeGreaterThanOrEqual(2);
    expect(partial.length).toBeGreaterThanOrEqual(8);
    expect(examples.length).toBeGreaterThan(20);
  });

  it.each(examples)('are YAML: $place', ({ text }) => {
    const problems = parseAllDocuments(text).flatMap(({ errors }) => errors);
    expect(problems).toEqual([]);
  });

  it.each(whole)('are sensors without a warning: $place', ({ text }) => {
    const { sensors, refused } = parseSensors(text, {
      actions: builtInActions,
    });
    expect(refused).toEqual([]);
    expect(sensors).toHaveLength(1);
    const [{ sensor }] = sensors;
    expect(lintSensor(sensor)).toEqual([]);
    expect(compileSensor(sensor).sensor).toBe(sensor);
  });

  it.each(partial)('have fields that a sensor has: $place', ({ value }) => {
    const { spec, ...rest } = sensorOf();
    const { error } = sensorSchema.safeParse({
      ...rest,
      spec: { ...spec, ...value },
    });
    expect(error).toBeUndefined();
  });
});
