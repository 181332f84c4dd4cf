import type { Expr } from '@bufbuild/cel-spec/cel/expr/syntax_pb.js';
import { isCelError, parse, plan } from '@bufbuild/cel';
import {
  isSecretName,
  maskSecrets,
  type Reason,
} from '@gitops-events/plugin-gitops-events-common';
import { shorten, type Bindings, type Expression } from '../cel/expression';
import { environment } from '../cel/environment';
import { chainsOf } from '../cel/tree';
import { fromCel } from '../cel/values';

/** Values shown in one reason. */
const maxShown = 3;

/** Why an event did not match: the filter, and what its fields were. */
export function falseFilter(
  dependency: string,
  filter: Expression,
  bindings: Bindings,
): Reason {
  return {
    code: 'filterFalse',
    message: `The filter of \`${dependency}\` is false${valuesOf(filter, bindings)}.`,
    detail: { dependency, filter: filter.text },
  };
}

/** Why a step is skipped: its `if`, and what its fields were. */
export function falseCondition(
  step: string,
  condition: Expression,
  bindings: Bindings,
): Reason {
  return {
    code: 'ifFalse',
    message: `\`${shorten(condition.text)}\` is false${valuesOf(condition, bindings)}.`,
    detail: { step, if: condition.text },
  };
}

function valuesOf(expression: Expression, bindings: Bindings): string {
  const values = readFields(expression, bindings);
  const were = values.map(({ path, shown }) => `\`${path}\` was ${shown}`);
  return were.length ? `: ${were.join(', ')}` : '';
}

interface Field {
  path: string;
  read(bindings: Bindings): unknown;
}

// Planned at the first "no" of a filter and kept as long as the filter.
const fieldsOf = new WeakMap<Expression, Field[]>();

function readFields(filter: Expression, bindings: Bindings) {
  const fields = fieldsOf.get(filter) ?? findFields(parse(filter.text).expr);
  fieldsOf.set(filter, fields);
  return fields.flatMap(({ path, read }) => {
    const value = read(bindings);
    return value === undefined
      ? []
      : [{ path, shown: shorten(JSON.stringify(maskSecrets(value)), 60) }];
  });
}

/**
 * Chains that start with a variable; those inside `all(x, ...)` about `x` have
 * no single value. Reasons are kept and shown to more people than payloads, so
 * those with a secret's name are left out.
 */
function findFields(root: Expr): Field[] {
  const fields = new Map<string, Field>();
  for (const { path, expr } of chainsOf(root)) {
    if (path.length > 1 && !path.some(isSecretName)) {
      const name = path.join('.');
      fields.set(name, { path: name, read: reader(expr) });
    }
  }
  return [...fields.values()].slice(0, maxShown);
}

function reader(expr: Expr): Field['read'] {
  const read = plan(environment, expr);
  return bindings => {
    const value = read(bindings);
    try {
      return isCelError(value) ? undefined : fromCel(value);
    } catch {
      return undefined;
    }
  };
}
