import type { Answer } from './answer';

/** What GitHub allows of what makes or changes something. */
export interface Allowed {
  /** By one actor. Source: GitHub's page on rate limits of the REST API. */
  writesPerMinute: number;
  writesPerHour: number;
  /** Into one repository. Source: GitHub's page on limits of a repository, as a recommendation. */
  pushesPerMinute: number;
}

export const published: Allowed = {
  writesPerMinute: 80,
  writesPerHour: 500,
  pushesPerMinute: 6,
};

/** What one request takes. */
export interface Taken {
  writes: number;
  pushes: number;
}

interface Window {
  name: string;
  what: keyof Taken;
  max: number;
  perMs: number;
}

/**
 * Counts what makes or changes something, whatever becomes of it, in windows
 * that slide with the clock, and refuses what is above as GitHub does. Stricter
 * than GitHub, which does not say of each request whether it counts: here all
 * do that are no plain question, and merging and deleting a branch with them.
 */
export class Budgets {
  /** Requests that were refused. Whoever keeps to the limits has none. */
  refused = 0;
  /** The most that each window held at any time. */
  readonly highest: Record<string, number> = {};
  /** All that was taken. */
  readonly total: Taken = { writes: 0, pushes: 0 };
  private readonly windows: Window[];
  private taken: Array<Taken & { at: number }> = [];

  constructor(
    allowed: Allowed,
    private readonly now: () => number = Date.now,
  ) {
    const minute = 60_000;
    this.windows = [
      {
        ...{ name: 'writes a minute', what: 'writes' },
        ...{ max: allowed.writesPerMinute, perMs: minute },
      },
      {
        ...{ name: 'writes an hour', what: 'writes' },
        ...{ max: allowed.writesPerHour, perMs: 60 * minute },
      },
      {
        ...{ name: 'pushes a minute', what: 'pushes' },
        ...{ max: allowed.pushesPerMinute, perMs: minute },
      },
    ] as Window[];
  }

  /** @returns GitHub's refusal where a limit does not allow it; undefined: go on */
  take(asked: Taken): Answer | undefined {
    if (asked.writes + asked.pushes === 0) return undefined;
    const now = this.now();
    this.taken = this.taken.filter(({ at }) => at > now - 60 * 60_000);
    const waits = this.windows.map(window => this.wait(window, asked, now));
    const waitMs = Math.max(...waits);
    if (waitMs > 0) {
      this.refused += 1;
      return refusal(waitMs);
    }
    this.taken.push({ ...asked, at: now });
    this.total.writes += asked.writes;
    this.total.pushes += asked.pushes;
    for (const window of this.windows) {
      const held = sum(this.within(window, now), window.what);
      this.highest[window.name] = Math.max(
        this.highest[window.name] ?? 0,
        held,
      );
    }
    return undefined;
  }

  private within({ perMs }: Window, now: number) {
    return this.taken.filter(({ at }) => at > now - perMs);
  }

  /** Milliseconds until it fits. */
  private wait(window: Window, asked: Taken, now: number): number {
    const { what, max, perMs } = window;
    if (asked[what] === 0) return 0;
    const held = this.within(window, now);
    let left = sum(held, what) + asked[what] - max;
    if (left <= 0) return 0;
    for (const one of held) {
      left -= one[what];
      if (left <= 0) return one.at + perMs - now;
    }
    return perMs;
  }
}

function sum(taken: Taken[], what: keyof Taken): number {
  return taken.reduce((total, one) => total + one[what], 0);
}

/** Source: GitHub's page on exceeding a secondary rate limit. */
function refusal(waitMs: number): Answer {
  return {
    status: 403,
    headers: { 'retry-after': String(Math.ceil(waitMs / 1000)) },
    body: {
      message:
        'You have exceeded a secondary rate limit and have been temporarily blocked from content creation. Please retry your request again later.',
      documentation_url:
        'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits',
      status: '403',
    },
  };
}

/** What a request takes: a write is all but a question, a push moves a branch to a commit. */
export function takenBy(method: string, path: string, body: any): Taken {
  if (method === 'GET') return { writes: 0, pushes: 0 };
  if (path === '/api/graphql') {
    const writes = /^\s*mutation\b/.test(body?.query ?? '') ? 1 : 0;
    const update = body?.variables?.update;
    const pushes = writes && update && !/^0+$/.test(update.afterOid) ? 1 : 0;
    return { writes, pushes };
  }
  if (path.startsWith('/api/v3/app/')) return { writes: 0, pushes: 0 };
  const pushes = /\/git\/refs/.test(path) && method !== 'DELETE' ? 1 : 0;
  return { writes: 1, pushes };
}
