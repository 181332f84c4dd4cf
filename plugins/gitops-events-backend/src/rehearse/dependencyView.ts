import {
  mask as hidden,
  type ExplainedDependencyView,
  type ExplainedFilterPart,
} from '@gitops-events/plugin-gitops-events-common';
import type {
  ExplainedDependency,
  ExplainedPart,
} from '@gitops-events/plugin-gitops-events-sensors';

type Mask = <T>(value: T) => T;

/** How a dependency looked at an event, with secrets masked. */
export function dependencyView(
  { parts, ...dependency }: ExplainedDependency,
  mask: Mask,
): ExplainedDependencyView {
  return {
    ...dependency,
    ...(parts && { parts: parts.map(part => partView(part, mask)) }),
  };
}

/** A value is masked by the names of the fields that it was made of, and by its look. */
function partView(part: ExplainedPart, mask: Mask): ExplainedFilterPart {
  if (!('value' in part)) return part;
  const names = part.text.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? [part.text];
  const views = names.map(name => mask({ [name]: part.value })[name]);
  const value = views.includes(hidden) ? hidden : views[0];
  return { ...part, value };
}
