import {
  celType,
  isCelList,
  isCelMap,
  isCelType,
  isCelUint,
  type CelValue,
} from '@bufbuild/cel';
import type { Value } from '@bufbuild/cel-spec/cel/expr/value_pb.js';
import type { SimpleTest } from '@bufbuild/cel-spec/cel/expr/conformance/test/simple_pb.js';
import {
  getConformanceSuite,
  type IncrementalTestSuite,
} from '@bufbuild/cel-spec/testdata/tests.js';
import {
  compileExpression,
  parseWithinLimits,
  planExpression,
  type Bindings,
  type Expression,
} from '../expression';
import { toCel } from '../values';

/** A published case with the file and section it stands in. */
export interface ConformanceCase {
  file: string;
  section: string;
  test: SimpleTest;
}

export function conformanceCases(): ConformanceCase[] {
  const collect = (
    suite: IncrementalTestSuite,
    file: string,
    section: string,
  ): ConformanceCase[] => [
    ...suite.tests.map(({ original: test }) => ({ file, section, test })),
    ...suite.suites.flatMap(inner =>
      collect(inner, file, `${section}/${inner.name}`),
    ),
  ];
  return getConformanceSuite().suites.flatMap(file =>
    collect(file, file.name, file.name),
  );
}

/**
 * Runs a case as a sensor's expression is run.
 *
 * @returns what differs from the published result, undefined when nothing does.
 */
export function differenceOf({ test }: ConformanceCase): string | undefined {
  const wanted = test.resultMatcher;
  const wantsError = wanted.case === 'evalError';
  let outcome;
  try {
    const bindings: Bindings = Object.fromEntries(
      Object.entries(test.bindings).map(([name, { kind }]) => [
        name,
        toCel(kind.case === 'value' ? jsonOf(kind.value) : undefined),
      ]),
    );
    outcome = compile(test).evaluate(bindings);
  } catch (error) {
    return wantsError ? undefined : `refused: ${(error as Error).message}`;
  }
  if (wantsError) {
    return outcome.ok ? `gave ${written(outcome.value)}, no error` : undefined;
  }
  if (!outcome.ok) return outcome.reason.message;
  const found = written(outcome.value);
  const expected = expectedOf(wanted);
  return found === expected ? undefined : `gave ${found}, not ${expected}`;
}

/** The standard's optional check is our look at names when a sensor is loaded; some cases are about what happens without. */
function compile({ expr, disableCheck, typeEnv }: SimpleTest): Expression {
  if (!disableCheck) {
    return compileExpression(
      expr,
      typeEnv.map(({ name }) => name),
    );
  }
  const result = parseWithinLimits(expr);
  if ('problem' in result) throw new SyntaxError(result.problem.message);
  return planExpression(result.parsed, expr);
}

/** Where nothing is said, true. */
function expectedOf(wanted: SimpleTest['resultMatcher']): string {
  switch (wanted.case) {
    case 'value':
      return writtenValue(wanted.value);
    case 'typedResult':
      return wanted.value.result ? writtenValue(wanted.value.result) : 'a type';
    case undefined:
      return 'bool true';
    default:
      return wanted.case;
  }
}

/** As a payload would hold it. */
function jsonOf({ kind }: Value): unknown {
  switch (kind.case) {
    case 'int64Value':
      return Number(kind.value);
    case 'nullValue':
      return null;
    case 'listValue':
      return kind.value.values.map(jsonOf);
    case 'mapValue':
      return Object.fromEntries(
        kind.value.entries.map(({ key, value }) => [
          jsonOf(key!),
          jsonOf(value!),
        ]),
      );
    default:
      return kind.value;
  }
}

/** Value and type as one text; keys of a map have no order. */
function written(value: CelValue): string {
  if (isCelType(value)) return `type ${value.name}`;
  if (isCelUint(value)) return `uint ${value.value}`;
  if (isCelList(value)) return `[${Array.from(value, written).join(', ')}]`;
  if (isCelMap(value)) {
    const entries = Array.from(
      value.entries(),
      ([key, item]) => `${written(key)}: ${written(item)}`,
    );
    return `{${entries.sort().join(', ')}}`;
  }
  if (value instanceof Uint8Array) return `bytes ${value.join()}`;
  if (typeof value === 'number') return writtenDouble(value);
  return `${celType(value).name} ${typeof value === 'object' ? JSON.stringify(value) : value}`;
}

function writtenDouble(value: number): string {
  return `double ${Object.is(value, -0) ? '-0' : value}`;
}

function writtenValue({ kind }: Value): string {
  switch (kind.case) {
    case 'nullValue':
      return 'null_type null';
    case 'boolValue':
      return `bool ${kind.value}`;
    case 'int64Value':
      return `int ${kind.value}`;
    case 'uint64Value':
      return `uint ${kind.value}`;
    case 'doubleValue':
      return writtenDouble(kind.value);
    case 'stringValue':
      return `string ${kind.value}`;
    case 'bytesValue':
      return `bytes ${kind.value.join()}`;
    case 'typeValue':
      return `type ${kind.value}`;
    case 'listValue':
      return `[${kind.value.values.map(writtenValue).join(', ')}]`;
    case 'mapValue': {
      const entries = kind.value.entries.map(
        ({ key, value }) => `${writtenValue(key!)}: ${writtenValue(value!)}`,
      );
      return `{${entries.sort().join(', ')}}`;
    }
    default:
      return `${kind.case}`;
  }
}
