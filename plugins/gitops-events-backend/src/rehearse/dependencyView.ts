import type {
  ExplainedDependencyView,
  ExplainedFilterPart,
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

/** A value is masked by the name of the field it was read from, and by its look. */
function partView(part: ExplainedPart, mask: Mask): ExplainedFilterPart {
  if (!('value' in part)) return part;
  const { [part.text]: value } = mask({ [part.text]: part.value });
  return { ...part, value };
}
