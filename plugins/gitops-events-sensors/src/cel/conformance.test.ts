/**
 * Bytes of this process, as everywhere but in a simulated browser.
 *
 * @jest-environment node
 */
import {
  conformanceCases,
  differenceOf,
  type ConformanceCase,
} from './__testUtils__/conformance';

/**
 * The core: the language itself and the string functions, as far as a case
 * says outright what it gives and needs nothing but its own text.
 */
const coreFiles = [
  'basic',
  'comparisons',
  'fields',
  'fp_math',
  'integer_math',
  'lists',
  'logic',
  'macros',
  'namespace',
  'parse',
  'plumbing',
  'string',
  'string_ext',
  'timestamps',
];

/** A class of cases beside the core: a case belongs to the first that fits. */
interface Class {
  reason: string;
  fits(found: ConformanceCase): boolean;
  total: number;
  passed: number;
}

const beside: Class[] = [
  {
    reason: 'functions and macros of extensions that are not switched on',
    fits: ({ file }) =>
      /^(bindings|block|encoders|math|proto2)_ext$|^macros2$|^optionals$/.test(
        file,
      ),
    total: 379,
    passed: 28,
  },
  {
    reason: 'protobuf messages and enums: payloads are JSON',
    fits: ({ file, test }) =>
      /^(dynamic|enums|proto2|proto3|wrappers)$/.test(file) ||
      /proto/i.test(test.container + test.expr),
    total: 640,
    passed: 114,
  },
  {
    reason: 'types deduced by a checker: nothing declares those of a payload',
    fits: ({ file }) => file === 'type_deductions',
    total: 40,
    passed: 12,
  },
  {
    reason: 'a container that names are looked up in',
    fits: ({ test }) => test.container !== '',
    total: 2,
    passed: 0,
  },
  {
    // Six name a variable `a.b`, which is a field here, or bind what JSON has not.
    reason: 'declared variables',
    fits: ({ test }) => test.typeEnv.length > 0,
    total: 35,
    passed: 29,
  },
  {
    reason: 'conversions',
    fits: ({ file }) => file === 'conversions',
    total: 109,
    passed: 109,
  },
  {
    reason: 'no result is published, which means true',
    fits: ({ test }) => test.resultMatcher.case === undefined,
    total: 75,
    passed: 75,
  },
];

const cases = conformanceCases();
const core = cases.filter(
  found =>
    coreFiles.includes(found.file) && !beside.some(({ fits }) => fits(found)),
);

interface Count {
  passed: number;
  total: number;
}

describe('the published conformance cases of CEL', () => {
  it('pass to 99 % in the core', () => {
    const sections = new Map<string, Count>();
    const failures: string[] = [];
    for (const found of core) {
      const difference = differenceOf(found);
      const count = sections.get(found.section) ?? { passed: 0, total: 0 };
      count.total += 1;
      if (difference === undefined) count.passed += 1;
      else failures.push(`${found.test.expr}\n    ${difference}`);
      sections.set(found.section, count);
    }
    expect(core).toHaveLength(1064);
    const passed = core.length - failures.length;
    if (passed / core.length < 0.99) {
      const table = [...sections].map(
        ([name, count]) => `${count.passed}/${count.total} ${name}`,
      );
      throw new Error(
        [`${passed} of ${core.length} pass`, ...table, ...failures].join('\n'),
      );
    }
  });

  it('are accounted for beside the core', () => {
    const counts = new Map(
      beside.map(({ reason }) => [reason, { passed: 0, total: 0 }]),
    );
    for (const found of cases) {
      if (core.includes(found)) continue;
      const { reason } = beside.find(({ fits }) => fits(found))!;
      const count = counts.get(reason)!;
      count.total += 1;
      if (differenceOf(found) === undefined) count.passed += 1;
    }
    expect(cases).toHaveLength(2344);
    expect([...counts]).toEqual(
      beside.map(({ reason, passed, total }) => [reason, { passed, total }]),
    );
  });
});
