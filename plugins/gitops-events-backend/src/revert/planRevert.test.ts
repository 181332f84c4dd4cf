import { revert, run, yaml } from './__testUtils__/revertedFiles';

describe('planRevert', () => {
  it.each<[what: string, before: string, ...edits: object[]]>([
    ['a quoted value', 'tag: "1.0"\n', yaml({ tag: 'x' })],
    [
      'a number with a zero at its end',
      'tag: 1.10 # old\n',
      yaml({ tag: '2' }),
    ],
    ['a key that was not there', 'a: 1\n', yaml({ 'b.c.d': 2 })],
    [
      'a map with its comments',
      'm:\n  # why\n  k: 1\nz: 0\n',
      yaml({}, { remove: ['m'] }),
    ],
    [
      'an item of a list',
      'h:\n  - a\n  - b # b\n  - c\n',
      yaml({}, { remove: ['h[1]'] }),
    ],
    [
      'an item found by its name',
      'h:\n  - name: a\n    v: 1\n  - name: b\n',
      yaml({}, { remove: ['h[name=a]'] }),
    ],
    [
      'an item found by its quoted name, in one of several documents',
      'kind: A\n---\nkind: B\nh:\n  - name: a\n    v: 1\n  - name: b\n',
      yaml({}, { remove: ['[kind=B]/h[name="a"]'] }),
    ],
    ['an added item', 'h:\n  - a\n', yaml({ 'h[+]': 'b' })],
    ['the same value twice', 'a: 1\n', yaml({ a: 2 }), yaml({ a: 3 })],
    ['CRLF', 'a: "1"\r\nb: 2\r\n', yaml({ a: '5' })],
    ['a flow map', 'a: { b: 1, c: 2 }\n', yaml({ 'a.b': 7 })],
    ['no line end at the end', 'a: 1\nb: 2', yaml({ b: 3 })],
    [
      'one of several documents',
      'kind: A\nv: 1\n---\nkind: B\nv: 1\n',
      yaml({ '[kind=B]/v': 2 }),
    ],
    ['JSON', '{\n  "a": 1,\n  "b": [1, 2]\n}\n', yaml({ a: 2, 'b[+]': 3 })],
    [
      'JSON on one line',
      '{"a": 1, "b": [1, 2], "c": {}}\n',
      yaml({ a: 2, 'b[+]': 3, 'd.e': 4 }, { kind: 'json' }),
    ],
  ])('takes %s back, byte by byte', async (_, before, ...edits) => {
    const { after, record } = await run({ 'a.yaml': before }, ...edits);
    expect(after['a.yaml']).not.toBe(before);
    expect((await revert(record, after)).after).toEqual({ 'a.yaml': before });
  });

  it.each([
    ['a value', 'a = 1 # one\nb = var.x\n', { a: 2 }],
    ['an expression', 'a = 1\nb = var.x\n', { b: 'y' }],
    ['a variable that was not there', 'a = 1\n', { c: [1, 2] }],
  ])('takes %s of a .tfvars file back', async (_, before, set) => {
    const edit = { kind: 'terraform', file: 'a.tfvars', set };
    const { after, record } = await run({ 'a.tfvars': before }, edit);
    expect((await revert(record, after)).after).toEqual({ 'a.tfvars': before });
  });

  it('leaves what other runs wrote in the same file, above, below and on the next line', async () => {
    const services = (tags: number[]) =>
      tags.map((tag, n) => `s${n}:\n  tag: "${tag}"\n`).join('');
    const first = await run(
      { 'a.yaml': services([1, 1, 1, 1]) },
      yaml({ 's1.tag': '2' }),
    );
    const later = await run(
      first.after,
      yaml({ 's0.tag': '2', 's2.tag': '2', 'new.tag': '2' }),
      yaml({}, { remove: ['s3'] }),
    );
    const { after, conflicts } = await revert(first.record, later.after);
    expect(conflicts).toEqual([]);
    expect(after['a.yaml']).toBe(`${services([2, 1, 2])}new:\n  tag: "2"\n`);
  });

  it('finds the right one of equal lines, wherever it has moved', async () => {
    const one = (name: string, tag: number) =>
      `- name: ${name}\n  tag: ${tag}\n`;
    const { record } = await run(
      { 'a.yaml': one('a', 1) + one('b', 1) },
      yaml({ '[name=b].tag': 2 }),
    );
    // Now a says 2 as well, b stands first, and another came.
    const now = one('c', 2) + one('b', 2) + one('a', 2);
    const { after } = await revert(record, { 'a.yaml': now });
    expect(after['a.yaml']).toBe(one('c', 2) + one('b', 1) + one('a', 2));
  });

  it('is right also where the file was written anew in another style', async () => {
    const { record } = await run(
      { 'a.yaml': 'm:\n  t: 1\n' },
      yaml({ 'm.t': 2 }),
    );
    const { after } = await revert(record, {
      'a.yaml': '{ "m": { "t": 2, "u": 3 } }\n',
    });
    expect(after['a.yaml']).toBe('{ "m": { "t": 1, "u": 3 } }\n');
  });

  it('writes nothing over what somebody changed since, unless a person who saw it chose so', async () => {
    const { record } = await run(
      { 'a.yaml': 'a: 1\nb: 1\n' },
      yaml({ a: 2, b: 2 }),
    );
    const now = { 'a.yaml': 'a: 2\nb: 3\n' };
    const asked = await revert(record, now);
    expect(asked.after['a.yaml']).toBe('a: 1\nb: 3\n');
    expect(asked.conflicts).toMatchObject([{ now: 3, edit: { before: 1 } }]);

    const [{ edit, seen }] = asked.conflicts;
    const write = { [edit.id]: { choice: 'write' as const, seen } };
    expect((await revert(record, now, write)).after['a.yaml']).toBe(
      'a: 1\nb: 1\n',
    );
    const later = await revert(record, { 'a.yaml': 'a: 2\nb: 4\n' }, write);
    expect(later.after['a.yaml']).toBe('a: 1\nb: 4\n');
    expect(later.conflicts).toMatchObject([{ now: 4 }]);
    expect(later.conflicts[0].choice).toBeUndefined();
  });

  it('deletes what the run made, brings back what it deleted, and undoes what it wrote over', async () => {
    const before = {
      'templates/new.txt': 'n\n',
      'templates/old.txt': 'a\nb\nc\nd\ne\nf\ng\nH ${{ params.x }}\n',
      'into/old.txt': 'a\nb\nc\nd\ne\nf\ng\nh\n',
      'gone.bin': 'x\n',
    };
    const { after, record } = await run(
      before,
      { kind: 'template', from: 'templates', into: 'into', params: { x: 1 } },
      { kind: 'delete', file: 'gone.bin' },
    );
    expect((await revert(record, after)).after).toEqual(before);

    // Somebody changed another line of the one, and the whole of the other.
    const now = {
      ...after,
      'into/old.txt': after['into/old.txt'].replace('a', 'A'),
      'into/new.txt': 'mine\n',
    };
    const plan = await revert(record, now);
    expect(plan.after['into/old.txt']).toBe(
      before['into/old.txt'].replace('a', 'A'),
    );
    expect(plan.after['into/new.txt']).toBe('mine\n');
    expect(plan.conflicts).toMatchObject([{ edit: { file: 'into/new.txt' } }]);
  });

  it('can itself be taken back', async () => {
    const first = await run(
      { 'a.yaml': 'h:\n  - a\n  - b\nv: 1.10\n' },
      yaml({ v: 2, 'h[+]': 'c' }, { remove: ['h[0]'] }),
    );
    const taken = await revert(first.record, first.after);
    const again = taken.record.map((one, at) => ({ ...one, id: `${at}` }));
    expect((await revert(again, taken.after)).after).toEqual(first.after);
  });

  it('finds nothing to do where all is as it was', async () => {
    const before = { 'a.yaml': 'a: 1\n' };
    const { record } = await run(before, yaml({ a: 2 }));
    expect(await revert(record, before)).toMatchObject({
      files: [],
      conflicts: [],
    });
  });

  it('asks once where a later edit of the run stands above, and goes back to before both', async () => {
    const { record } = await run(
      { 'a.yaml': 'a: 1 # old\nb: 1\n' },
      yaml({ a: 2 }),
      yaml({ a: 3, b: 3 }),
      yaml({ a: 4 }),
    );
    const now = { 'a.yaml': 'a: 9\nb: 3\n' };
    const asked = await revert(record, now);
    expect(asked.after['a.yaml']).toBe('a: 9\nb: 1\n');
    expect(asked.conflicts).toMatchObject([
      { now: 9, edit: { path: 'a', before: 1, after: 4 } },
    ]);
    const [{ edit, seen, written }] = asked.conflicts;
    expect(new TextDecoder().decode(written!.content)).toContain('a: 1');

    const choose = (choice: 'keep' | 'write') =>
      revert(record, now, { [edit.id]: { choice, seen } });
    expect((await choose('write')).after['a.yaml']).toBe('a: 1\nb: 1\n');
    expect((await choose('keep')).after['a.yaml']).toBe('a: 9\nb: 1\n');
  });

  it('asks once for a map that was removed after a value in it was set', async () => {
    const { record } = await run(
      { 'a.yaml': 'm:\n  k: 0\n  l: 0\n' },
      yaml({ 'm.k': 1 }),
      yaml({}, { remove: ['m'] }),
    );
    const now = { 'a.yaml': 'm:\n  k: 7\n' };
    const { conflicts } = await revert(record, now);
    expect(conflicts.map(({ edit }) => edit.path)).toEqual(['m']);
    const [{ edit, seen }] = conflicts;
    const write = { [edit.id]: { choice: 'write' as const, seen } };
    expect((await revert(record, now, write)).after['a.yaml']).toBe(
      'm:\n  k: 0\n  l: 0\n',
    );
  });

  it('knows a file again, whatever is chosen for a value in it', async () => {
    const { record } = await run(
      { 't/f.yaml': 'x: 1\ny: 1\n' },
      { kind: 'template', from: 't', into: 'into', params: {} },
      yaml({ x: 2 }, { file: 'into/f.yaml' }),
    );
    const now = { 't/f.yaml': 'x: 1\ny: 1\n', 'into/f.yaml': 'x: 3\ny: 5\n' };
    const { conflicts } = await revert(record, now);
    expect(conflicts).toHaveLength(2);
    const write = Object.fromEntries(
      conflicts.map(({ edit, seen }) => [
        edit.id,
        { choice: 'write' as const, seen },
      ]),
    );
    const done = await revert(record, now, write);
    expect(done.conflicts.map(({ choice }) => choice)).toEqual([
      'write',
      'write',
    ]);
    expect(Object.keys(done.after)).toEqual(['t/f.yaml']);
  });
});
