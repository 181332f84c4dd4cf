import fc from 'fast-check';
import { parse } from 'yaml';
import { revert, run, yaml, type Files } from './__testUtils__/revertedFiles';
import type { RevertedEdit } from './revertedEdit';

const names = ['a.tag', 'a.size', 'b.tag', 'b.size', 'c.tag', 'c.size'];

/** What a text says under these names. */
function valuesOf(yamlText: string): Record<string, unknown> {
  const said = parse(yamlText) ?? {};
  return Object.fromEntries(
    names.flatMap(name => {
      const [map, key] = name.split('.');
      const value = said[map]?.[key];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** A value to set, or null to remove it. */
type Wish = Array<[name: string, value: number | null]>;

/** One line a name, which its comment tells. */
function textOf(some: string[]): string {
  return ['a', 'b', 'c']
    .map(map => {
      const lines = some
        .filter(name => name.startsWith(map))
        .map(name => `  ${name.slice(2)}: 1 # ${name}\n`);
      return lines.length > 0 ? `# Of ${map}.\n${map}:\n${lines.join('')}` : '';
    })
    .join('');
}

/** What runs make of a file one after the other, and what each of them keeps. */
async function runAll(first: string, wishes: Wish[]) {
  let files: Files = { 'a.yaml': first };
  const records: RevertedEdit[][] = [];
  for (const wish of wishes) {
    const there = valuesOf(files['a.yaml']);
    const set = wish.filter(([, value]) => value !== null);
    const remove = wish.flatMap(([name, value]) =>
      value === null && name in there ? name : [],
    );
    if (set.length + remove.length === 0) continue;
    const edit = yaml(Object.fromEntries(set), { remove });
    const { after, record } = await run(files, edit);
    records.push(record);
    files = after;
  }
  return { files, records };
}

/** What a file says where the edits of a record that still stand are taken back. */
function modelOf(now: Record<string, unknown>, record: RevertedEdit[]) {
  const values = { ...now };
  let changedSince = 0;
  for (const { path = '', before, after } of record) {
    if (now[path] === before) continue;
    if (now[path] !== after) changedSince += 1;
    else if (before === undefined) delete values[path];
    else values[path] = before;
  }
  return { values, changedSince };
}

describe('a revert of one of several runs', () => {
  it('changes only what still stands, whatever the others wrote before and after', async () => {
    const wish = fc.uniqueArray(
      fc.tuple(
        fc.constantFrom(...names),
        fc.option(fc.integer({ min: 1, max: 3 })),
      ),
      { selector: ([name]) => name, minLength: 1, maxLength: 3 },
    );
    const wishes = fc.array(wish, { minLength: 1, maxLength: 5 });
    const property = fc.asyncProperty(
      fc.subarray(names),
      wishes,
      fc.nat(),
      async (first, asked, which) => {
        const { files, records } = await runAll(textOf(first), asked);
        const record = records[which % records.length] ?? [];
        const model = modelOf(valuesOf(files['a.yaml']), record);

        const { after, conflicts } = await revert(record, files);
        expect(valuesOf(after['a.yaml'])).toEqual(model.values);
        expect(conflicts).toHaveLength(model.changedSince);
        const mine = record.map(({ path }) => path);
        const others = (yamlText: string) =>
          yamlText.split('\n').filter(line => {
            const [, name] = /# (.*)/.exec(line) ?? [];
            return name && !mine.includes(name);
          });
        expect(others(after['a.yaml'])).toEqual(others(files['a.yaml']));
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });
});
