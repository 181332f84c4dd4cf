import type {
  EventView,
  SensorDetail,
} from '@gitops-events/plugin-gitops-events-common';

/** An event to begin with: of the first type that the sensor listens to. */
export function draftFor(
  sensor: Pick<SensorDetail, 'dependencies'>,
): Record<string, unknown> {
  const type = sensor.dependencies[0]?.type ?? 'com.example.something.happened';
  return {
    type: type.replace(/\*$/, 'example'),
    source: '/test',
    data: {},
  };
}

/** Who would bring it: the ingress that a dependency of its type asks for. */
export function ingressFor(
  sensor: Pick<SensorDetail, 'dependencies'>,
  event: Record<string, unknown>,
): string | undefined {
  const type = String(event.type);
  return sensor.dependencies.find(({ type: pattern }) =>
    pattern.endsWith('*')
      ? type.startsWith(pattern.slice(0, -1))
      : type === pattern,
  )?.ingress;
}

/** A stored event as one would send it, for changing something in it. What was masked stays masked. */
export function copyOf(
  event: Pick<
    EventView,
    'type' | 'source' | 'subject' | 'entityRef' | 'extensions' | 'data'
  >,
): Record<string, unknown> {
  const { type, source, subject, entityRef, extensions, data } = event;
  return {
    type,
    source,
    ...(subject !== undefined && { subject }),
    ...(entityRef !== undefined && { entityref: entityRef }),
    ...extensions,
    data: data ?? {},
  };
}

/** What somebody typed, as an event; or a sentence about why it is none. */
export function readDraft(
  text: string,
): { event: Record<string, unknown> } | { problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return {
      problem: `This is no JSON yet: ${(error as Error).message}.`,
    };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { problem: 'An event is an object: { "type": ..., "data": ... }.' };
  }
  return { event: value as Record<string, unknown> };
}
