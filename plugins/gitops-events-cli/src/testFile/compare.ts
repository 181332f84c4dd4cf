import type {
  RehearsedDecision,
  RehearsedStep,
} from '@gitops-events/plugin-gitops-events-common';
import { differences } from './differences';
import type { Expectation, StepExpectation } from './schema';

/** What a decision lacks of what is expected, one sentence each. */
export function compare(
  expected: Expectation,
  decision: RehearsedDecision,
): string[] {
  const { outcome, reason, run } = decision;
  if (outcome !== expected.outcome) {
    return [
      `outcome: expected ${expected.outcome}, was ${outcome}: ${reason.message}`,
    ];
  }
  const { steps = {}, message, entity } = expected;
  return [
    ...differences('reason', expected.reason, reason.code),
    ...contains('message', message, reason.message),
    ...differences('title', expected.title, run?.title),
    ...differences('mode', expected.mode, run?.mode),
    ...differences('entity', entity, run?.entityRef),
    ...differences('target', expected.target, run?.target),
    ...differences('params', expected.params, run?.params),
    ...differences('context', expected.context, run?.context),
    ...compareWait(expected.waits, run?.waits?.message),
    ...differences('held', expected.held, run?.held?.code),
    ...Object.entries(steps).flatMap(([id, step]) =>
      compareStep(
        `steps.${id}`,
        step,
        run?.steps.find(one => one.id === id),
      ),
    ),
  ];
}

function compareWait(
  expected: Expectation['waits'],
  message: string | undefined,
): string[] {
  if (expected !== false) return contains('waits', expected, message);
  return message === undefined
    ? []
    : [`waits: expected to begin at once: ${message}`];
}

function compareStep(
  at: string,
  expected: StepExpectation,
  step: RehearsedStep | undefined,
): string[] {
  if (!step) return [`${at}: expected, but the run does not come to it`];
  const { held, change } = step;
  if (held && held.code !== expected.held) {
    return [
      `${at}: expected ${expected.held ? `to be held for ${expected.held}` : 'to go on'}, was held for ${held.code}: ${held.message}`,
    ];
  }
  return [
    ...differences(
      `${at}.skipped`,
      expected.skipped,
      step.skipped !== undefined,
    ),
    ...differences(`${at}.held`, expected.held, held?.code),
    ...differences(`${at}.input`, expected.input, step.input),
    ...differences(
      `${at}.mergesItself`,
      expected.mergesItself,
      change?.mergesItself,
    ).map(line => [line, ...(change?.whyNot ?? [])].join('; ')),
    ...contains(`${at}.waitsFor`, expected.waitsFor, change?.waitsFor),
    ...compareFiles(`${at}.files`, expected.files, change),
    ...compareDiff(`${at}.diff`, expected.diff, change),
  ];
}

function compareFiles(
  at: string,
  expected: StepExpectation['files'],
  change: RehearsedStep['change'],
): string[] {
  return Object.entries(expected ?? {}).flatMap(([path, text]) => {
    const file = change?.files.find(one => one.path === path);
    if (!file) return [`${at}: expected ${path} to change`];
    return differences(
      `${at}.${path}`,
      text === null ? null : text.trimEnd(),
      file.content?.trimEnd() ?? null,
    );
  });
}

function compareDiff(
  at: string,
  expected: StepExpectation['diff'],
  change: RehearsedStep['change'],
): string[] {
  if (!expected) return [];
  const changed = new Map(
    (change?.diff ?? []).map(({ path, patch }) => [path, changedLines(patch)]),
  );
  const missing = Object.entries(expected).flatMap(([path, text]) => {
    const lines = changed.get(path);
    changed.delete(path);
    return lines === undefined
      ? [`${at}: expected ${path} to change`]
      : differences(`${at}.${path}`, changedLines(text), lines);
  });
  const more = [...changed.keys()].map(
    path => `${at}: ${path} changes too, which is not expected`,
  );
  return [...missing, ...more];
}

/** Without context, so that a test does not fail for what stands around. */
function changedLines(patch: string): string {
  return patch
    .split('\n')
    .filter(line => /^[+-]/.test(line))
    .map(line => line.trimEnd())
    .join('\n');
}

function contains(
  at: string,
  expected: string | undefined,
  actual: string | undefined,
): string[] {
  return expected === undefined || actual?.includes(expected)
    ? []
    : [`${at}: expected "${expected}" in "${actual ?? ''}"`];
}
