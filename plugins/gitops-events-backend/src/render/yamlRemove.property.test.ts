import * as fc from 'fast-check';
import {
  append,
  files,
  pathText,
  readers,
  spots,
  tree,
  type Spot,
} from './__testUtils__/anyYaml';
import { EditError } from './editError';
import { setYamlValue } from './yamlEdit';
import { removeYamlValue } from './yamlRemove';
import type { PlainValue } from './yamlWrite';

/** The model: what the value should be without what stands at the path. */
function without(value: PlainValue, [step, ...rest]: Spot['path']): PlainValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return rest.length === 0
      ? value.filter((_, at) => at !== step)
      : value.map((item, at) => (at === step ? without(item, rest) : item));
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      if (key !== step) return [[key, inner]];
      return rest.length === 0 ? [] : [[key, without(inner, rest)]];
    }),
  );
}

/** Lines of a text that another has as well, in the same order. */
function isSubsequence(lines: string[], of: string[]): boolean {
  let at = 0;
  for (const line of of) if (line === lines[at]) at += 1;
  return at === lines.length;
}

const removable = ({ path }: Spot) => path.at(-1) !== append;

describe('removeYamlValue, in any file', () => {
  it('takes away the value at the path and no other', () => {
    let refused = 0;
    fc.assert(
      fc.property(files, fc.nat(), (file, pick) => {
        const all = spots(file.value).filter(removable);
        const { path } = all[pick % all.length];
        let after: string;
        try {
          after = removeYamlValue(file.text, pathText(path)).text;
        } catch (error) {
          // Some reader would take the rest for something else.
          if (!(error instanceof EditError)) throw error;
          refused += 1;
          return;
        }
        expect(readers['yaml 1.2'](after)).toEqual(without(file.value, path));
      }),
      { numRuns: 200 },
    );
    expect(refused).toBeLessThan(10);
  });

  it('only takes lines away, but for the one that the entry shares', () => {
    fc.assert(
      fc.property(files, fc.nat(), (file, pick) => {
        const all = spots(file.value).filter(removable);
        const { path } = all[pick % all.length];
        let after: string[];
        try {
          after = removeYamlValue(file.text, pathText(path)).text.split('\n');
        } catch {
          return;
        }
        const before = file.text.split('\n');
        const oneLess = after.map((_, at) => after.filter((__, n) => n !== at));
        expect(
          isSubsequence(after, before) ||
            oneLess.some(lines => isSubsequence(lines, before)),
        ).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('takes a new key back to the byte', () => {
    fc.assert(
      fc.property(files, tree, (file, value) => {
        const added = setYamlValue(file.text, 'added', value).text;
        const back = removeYamlValue(added, 'added').text;
        const end = (text: string) => text.replace(/\r?\n$/, '');
        expect(end(back)).toBe(end(file.text));
      }),
      { numRuns: 200 },
    );
  });
});
