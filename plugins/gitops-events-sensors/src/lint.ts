import { isCelError, plan } from '@bufbuild/cel';
import type { Expr } from '@bufbuild/cel-spec/cel/expr/syntax_pb.js';
import { parseExpression } from './cel/expression';
import { environment } from './cel/environment';
import { childrenOf } from './cel/tree';
import { dependenciesOf } from './compile';
import { allSteps, type Sensor } from './schema';
import { variables } from './variables';

/** Something that works but is rarely meant. @public */
export interface LintWarning {
  rule:
    | 'no-ingress'
    | 'missing-dedupe'
    | 'filter-always-true'
    | 'unused-dependency'
    | 'unused-param'
    | 'breaker-without-target'
    | 'breaker-never-waits';
  message: string;
  /** Keys and places that lead to it in the document. */
  path: Array<string | number>;
}

/**
 * Looks for what is rarely meant.
 *
 * @param sensor - one whose expressions are right
 * @public
 */
export function lintSensor(sensor: Sensor): LintWarning[] {
  return [
    ...lintDependencies(sensor),
    ...lintDedupe(sensor),
    ...lintParams(sensor),
    ...lintBreaker(sensor),
  ];
}

function lintDependencies(sensor: Sensor): LintWarning[] {
  const used = new Set(dependenciesOf(sensor));
  return sensor.spec.dependencies.flatMap((dependency, at) => {
    const path = ['spec', 'dependencies', at];
    const warnings: LintWarning[] = [];
    if (dependency.ingress === undefined) {
      const message =
        'Without `ingress` any granted sender can fire this; name the one you trust.';
      warnings.push({ rule: 'no-ingress', message, path });
    }
    if (dependency.filter !== undefined && isAlwaysTrue(dependency.filter)) {
      const message = 'This filter is true for every event; leave it out.';
      const where = [...path, 'filter'];
      warnings.push({ rule: 'filter-always-true', message, path: where });
    }
    if (!used.has(dependency)) {
      const message = `The condition never asks for "${dependency.name}"; add it there, or remove it here.`;
      const where = [...path, 'name'];
      warnings.push({ rule: 'unused-dependency', message, path: where });
    }
    return warnings;
  });
}

/** An expression without variables has one value; running it once is cheap, as it holds no list to multiply. */
function isAlwaysTrue(text: string): boolean {
  const result = parseExpression(text, variables.filter);
  if ('problem' in result) return false;
  const { expr } = result.parsed;
  const constant = [...nodesOf(expr)].every(
    ({ exprKind }) =>
      exprKind.case === 'constExpr' ||
      (exprKind.case === 'callExpr' && /^[!_-]/.test(exprKind.value.function)),
  );
  if (!constant) return false;
  const value = plan(environment, expr)();
  return !isCelError(value) && value === true;
}

/** Alerts and webhooks are sent again; only an action that changes Git finds "already so" by itself. */
function lintDedupe({ spec }: Sensor): LintWarning[] {
  if (spec.dedupe) return [];
  for (const list of ['steps', 'onFailure'] as const) {
    const steps = spec[list] ?? [];
    const repeated = steps.findIndex(
      ({ action }) => action !== 'git:change' && action !== 'sync:wait',
    );
    if (repeated < 0) continue;
    const message = `A sender that sends twice runs ${steps[repeated].action} twice; add \`dedupe\`.`;
    const path = ['spec', list, repeated];
    return [{ rule: 'missing-dedupe', message, path }];
  }
  return [];
}

function lintParams(sensor: Sensor): LintWarning[] {
  const { spec } = sensor;
  const { params = {}, dedupe, title, entity, target, context } = spec;
  // A text of an input counts even without ${{ }}: `merge.when` is a bare expression.
  const texts = [
    dedupe?.key ?? '',
    ...textsIn([title, entity, target, context]),
    ...allSteps(sensor).flatMap(step => [...textsIn([step.if, step.input])]),
  ].join('\n');
  const readsAll = /\bparams\b(?!\s*\.)/.test(texts);
  if (readsAll) return [];
  return Object.keys(params)
    .filter(name => !new RegExp(`\\bparams\\s*\\.\\s*${name}\\b`).test(texts))
    .map(name => ({
      rule: 'unused-param',
      message: `Nothing reads params.${name}; use it, or remove it.`,
      path: ['spec', 'params', name],
    }));
}

function lintBreaker({ spec }: Sensor): LintWarning[] {
  const { circuitBreaker: breaker, target } = spec;
  if (!breaker) return [];
  const path = ['spec', 'circuitBreaker'];
  const warnings: LintWarning[] = [];
  if (breaker.per === 'target' && !target) {
    const message =
      'This sensor names no `target`, so all of its runs share one breaker; name a target, or leave `per` out.';
    const where = [...path, 'per'];
    warnings.push({ rule: 'breaker-without-target', message, path: where });
  }
  if (breaker.over === 'hold' && breaker.maxHold !== undefined) {
    const message =
      'With `over: hold` nothing waits, so `maxHold` does nothing; leave one of them out.';
    const where = [...path, 'maxHold'];
    warnings.push({ rule: 'breaker-never-waits', message, path: where });
  }
  return warnings;
}

function* nodesOf(root: Expr): Generator<Expr> {
  const open = [root];
  for (let expr = open.pop(); expr; expr = open.pop()) {
    yield expr;
    open.push(...childrenOf(expr).map(child => child.expr));
  }
}

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') {
    yield value;
  } else if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) yield* textsIn(item);
  }
}
