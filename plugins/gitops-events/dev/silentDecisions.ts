import type { DecisionView } from '@gitops-events/plugin-gitops-events-common';
import { exampleId, iso } from './story';

const minute = 60_000;

/** What sensors said to events that led to nothing, over the last day. */
export function silentDecisions(sensor: string, now: number): DecisionView[] {
  if (sensor === 'slo-remediation') return waiting(now);
  if (sensor !== 'promote-image' && sensor !== 'scale-on-load') return [];
  return Array.from({ length: 220 }, (_, index) => {
    const at = now - (index * 6 + 3) * minute;
    return { ...saying(sensor, index), decidedAt: iso(at) };
  });
}

function saying(
  sensor: string,
  index: number,
): Omit<DecisionView, 'decidedAt'> {
  const tag =
    index % 3 ? `main-${exampleId(`${index}`).slice(0, 7)}` : 'latest';
  const about = {
    eventUid: exampleId(`silent ${sensor} ${index}`),
    eventType: 'harbor.artifact.pushed',
    eventSource: '/projects/shop/webhooks/12',
    eventSubject: `shop/api:${tag}`,
    sensor,
    revision: 4,
  };
  if (index % 37 === 5) {
    return {
      ...about,
      outcome: 'suppressed',
      reason: {
        code: 'duplicate',
        message: `Duplicate of event ${exampleId(`${index + 1}`).slice(0, 8)}, which has the same key.`,
      },
    };
  }
  return {
    ...about,
    outcome: 'notMatched',
    reason: {
      code: 'filterFalse',
      message: `The filter of \`pushed\` is false: \`event.data.resources[0].tag\` was "${tag}".`,
      detail: { dependency: 'pushed' },
    },
  };
}

/** Half of what a join asks for has come, and it is paused besides. */
function waiting(now: number): DecisionView[] {
  return Array.from({ length: 12 }, (_, index) => ({
    eventUid: exampleId(`waiting ${index}`),
    eventType: 'io.prometheus.alert.firing',
    eventSource: 'https://alertmanager.example.com',
    eventSubject: 'checkout',
    sensor: 'slo-remediation',
    revision: 4,
    outcome: 'suppressed',
    reason: {
      code: 'paused',
      message:
        'slo-remediation was paused; resume it, then send the event again if it still matters.',
    },
    decidedAt: iso(now - (index * 4 + 1) * minute),
  }));
}
