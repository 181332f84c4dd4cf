import { candidateOf, testEffects, treeOf } from './__testUtils__/foldTest';

jest.setTimeout(60_000);

it('lets the process do other things while hundreds of runs are rendered and judged', async () => {
  const lines = Array.from({ length: 500 }, (_, n) => `key${n}: ${n}\n`);
  const tree = treeOf(lines.join(''));
  const effects = testEffects([]);
  let others = 0;
  let next: NodeJS.Immediate;
  const count = () => {
    others += 1;
    next = setImmediate(count);
  };
  next = setImmediate(count);
  for (let n = 0; n < 60; n++) {
    const set = { 'apps/a.yaml': { key7: n + 100 } };
    const candidate = candidateOf({ id: `run ${n}`, set });
    const rendered = await effects.render(candidate, tree);
    expect(rendered).toMatchObject({ files: [{ path: 'apps/a.yaml' }] });
    await effects.judge([candidate], tree, { whole: false });
  }
  clearImmediate(next);
  expect(others).toBeGreaterThan(3);
});
