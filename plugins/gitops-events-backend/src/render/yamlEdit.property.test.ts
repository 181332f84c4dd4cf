import * as fc from 'fast-check';
import { EditError } from './editError';
import { setYamlValue } from './yamlEdit';
import { parseYamlPath } from './yamlPath';
import {
  assigned,
  files,
  key,
  pathText,
  readers,
  spots,
  tree,
} from './__testUtils__/anyYaml';

describe('setYamlValue, for any value', () => {
  it.each([
    'k: old # c\nz: 1\n',
    "k: 'old' # c\nz: 1\n",
    'k: "old"\nz: 1\n',
    'k: |\n  old\nz: 1\n',
    'k: >-\n    old\n    text\nz: 1\n',
    'k:\nz: 1\n',
    'z: 1',
    '{k: old, z: 1}\n',
    '{"k": "old", "z": 1}',
    'z: 1\r\nk: old\r\n',
  ])('writes into %j so that every reader reads it back', before => {
    fc.assert(
      fc.property(tree, value => {
        const after = setYamlValue(before, 'k', value).text;
        for (const [name, read] of Object.entries(readers)) {
          expect([name, read(after)]).toEqual([name, { k: value, z: 1 }]);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('writes any key', () => {
    fc.assert(
      fc.property(key, name => {
        const after = setYamlValue(
          'z: 1\n',
          `[${JSON.stringify(name)}]`,
          'v',
        ).text;
        for (const read of Object.values(readers)) {
          expect(read(after)).toEqual(
            name === 'z' ? { z: 'v' } : { z: 1, [name]: 'v' },
          );
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('setYamlValue, in any file', () => {
  it('changes the value at the path and no other', () => {
    fc.assert(
      fc.property(files, fc.nat(), tree, (file, pick, to) => {
        const all = spots(file.value);
        const { path } = all[pick % all.length];
        const after = setYamlValue(file.text, pathText(path), to).text;
        expect(readers['yaml 1.2'](after)).toEqual(
          assigned(file.value, path, to),
        );
      }),
      { numRuns: 400 },
    );
  });

  it('changes one line when it replaces one line of text by another', () => {
    const lines = (value: string) => value.split('\n').length;
    const word = fc.stringMatching(/^[a-z][a-z0-9.-]{0,10}[a-z]$/);
    fc.assert(
      fc.property(files, fc.nat(), word, (file, pick, to) => {
        const all = spots(file.value).filter(({ path }) => {
          const found = path.reduce<any>((at, step) => at?.[step], file.value);
          return (
            ['string', 'number', 'boolean'].includes(typeof found) &&
            !String(found).includes('\n')
          );
        });
        // A block of text keeps being one, and that may change its header too.
        fc.pre(all.length > 0 && !/[|>][-+0-9]*( #.*)?\r?$/m.test(file.text));
        const { path } = all[pick % all.length];
        const after = setYamlValue(file.text, pathText(path), to).text;
        fc.pre(lines(after) === lines(file.text));
        const old = file.text.split('\n');
        const changed = after
          .split('\n')
          .filter((line, at) => line !== old[at]);
        expect(changed.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 150 },
    );
  });

  it('twice is as once', () => {
    fc.assert(
      fc.property(files, fc.nat(), tree, (file, pick, to) => {
        const all = spots(file.value);
        const path = pathText(all[pick % all.length].path);
        const once = setYamlValue(file.text, path, to).text;
        expect(setYamlValue(once, path, to).text).toBe(once);
      }),
      { numRuns: 100 },
    );
  });
});

describe('hostile input', () => {
  const noise = fc.string({
    unit: fc.constantFrom(
      ...'a1:-?[]{},&*!|>"\'#%@ \n\t\r<=.+/~\u0000\ufeff'.split(''),
    ),
    maxLength: 60,
  });
  const fails = (work: () => unknown) => {
    try {
      work();
      return 'not at all';
    } catch (error) {
      return error instanceof EditError ? 'as told' : error;
    }
  };
  const expected = expect.stringMatching(/^(not at all|as told)$/);

  it('paths are read or refused', () => {
    fc.assert(
      fc.property(noise, path => {
        expect(fails(() => parseYamlPath(path))).toEqual(expected);
      }),
      { numRuns: 400 },
    );
  });

  it('files are edited or refused', () => {
    const paths = fc.constantFrom('a', 'a.a', '[0]', 'a[+]', '[a=1]/a');
    fc.assert(
      fc.property(noise, fc.oneof(noise, paths), tree, (file, path, value) => {
        expect(fails(() => setYamlValue(file, path, value))).toEqual(expected);
      }),
      { numRuns: 400 },
    );
  });
});
