import { environment } from './stories/environment';
import type { World } from './world';

/**
 * Lets somebody ask for an environment every now and then, and nudges after
 * each of its lines, as signals do. Returns how to stop it.
 */
export function startLiveRequests(options: {
  world: World;
  nudge: () => void;
  everyMs: number;
}): () => void {
  const { world, nudge, everyMs } = options;
  const timers = new Set<ReturnType<typeof setTimeout>>();
  let count = 0;
  const request = () => {
    count += 1;
    const story = environment({
      name: `shop-api-preview-${count}`,
      application: 'shop-api',
      team: 'shop',
      person: 'Ana',
      pullRequest: 128 + count,
      slow: 3,
    });
    world.happenings.push({ story, startedAt: Date.now(), comments: [] });
    let after = 0;
    for (const [wait] of story.lines) {
      after += wait;
      timers.add(setTimeout(nudge, after + 1));
    }
  };
  const timer = setInterval(request, everyMs);
  return () => {
    clearInterval(timer);
    timers.forEach(clearTimeout);
  };
}
