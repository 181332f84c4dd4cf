import {
  parseDuration,
  type Sensor,
} from '@gitops-events/plugin-gitops-events-sensors';

/** However long it remembers, a replay looks back no further. */
const mostMs = 7 * 24 * 3_600_000;

/**
 * How far back what a sensor says to an event may depend on earlier ones, in
 * milliseconds. A replay decides those too, so that it does not begin as if
 * nothing had been before.
 */
export function memoryMs({ spec }: Sensor): number {
  const { dedupe, rateLimit, window = {} } = spec;
  const windows = Object.values(window).flatMap(kind =>
    typeof kind === 'object' ? durationsOf(kind) : [],
  );
  const limits = rateLimit ? [rateLimit.per, rateLimit.atMost] : [];
  const lengths = [...(dedupe ? [dedupe.for] : []), ...limits, ...windows];
  return Math.min(
    mostMs,
    lengths.reduce((sum, text) => sum + parseDuration(text), 0),
  );
}

function durationsOf(kind: object): string[] {
  const { within, quiet, atMost, for: length } = kind as Record<string, string>;
  return [within, quiet, atMost, length].filter(text => text !== undefined);
}
