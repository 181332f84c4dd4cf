import { waitsOf } from './troublesOf';

const at = (minute: number) => `2026-01-05T10:0${minute}:00.000Z`;
const partition = (message?: string, since = at(0)) => ({
  ...{ partition: 'a', version: 1, position: '' },
  trouble: message === undefined ? undefined : { message, since },
});
const source = { name: 'a', kind: 'kafka', ingress: 'a', refused: 0 };

it.each([
  ['reading', undefined, [partition()], []],
  [
    'waiting',
    undefined,
    [],
    [{ message: 'Its partitions are not known yet.', since: undefined }],
  ],
  [
    'waiting',
    'down',
    [partition('full', at(2)), partition('full', at(1)), partition('down')],
    [
      { message: 'full', since: at(1) },
      { message: 'down', since: at(0) },
    ],
  ],
  ['waiting', 'down', [], [{ message: 'down', since: undefined }]],
] as const)('why it is %s: %s, %j', (state, trouble, partitions, waits) =>
  expect(
    waitsOf({ ...source, state, trouble, partitions: [...partitions] }),
  ).toEqual(waits),
);
