import { ResponseError } from '@backstage/errors';
import type { z } from 'zod';
import { problemSchema, type Problem } from './problem';
import { routes, type Route, type RouteName } from './routes';

/** Name of the one signal channel; its message is an opaque tick: refetch. @public */
export const SIGNAL_CHANNEL = 'gitops-events';

/** What a call of a route takes. @public */
export type RouteInput<R> =
  R extends Route<infer P, infer Q, infer B, z.ZodType>
    ? {
        params?: z.input<P>;
        query?: Partial<z.input<Q>>;
        body?: z.input<B>;
      }
    : never;

/** What a route answers. @public */
export type RouteOutput<R> =
  R extends Route<z.ZodType, z.ZodType, z.ZodType, infer O>
    ? z.output<O>
    : never;

/** An answer other than the one asked for, with the problem the server told; 202 where it is only too early. @public */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

/**
 * Typed client of the API, for the portal, the scaffolder module and the
 * command line. Throws {@link ProblemError} where the server told a problem.
 *
 * @public
 */
export class GitopsEventsClient {
  private readonly options: {
    discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
    fetchApi: { fetch: typeof fetch };
  };

  constructor(options: {
    discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
    fetchApi: { fetch: typeof fetch };
  }) {
    this.options = options;
  }

  /** Calls a route by its name in {@link routes}. */
  async call<N extends RouteName>(
    name: N,
    request: RouteInput<(typeof routes)[N]> & {
      signal?: AbortSignal;
      headers?: Record<string, string>;
    } = {} as never,
  ): Promise<RouteOutput<(typeof routes)[N]>> {
    const { method, path } = routes[name];
    const base = await this.options.discoveryApi.getBaseUrl('gitops-events');
    const headers: Record<string, string> = { ...request.headers };
    if (request.body !== undefined && !headers['content-type']) {
      headers['content-type'] = 'application/json';
    }
    const response = await this.options.fetchApi.fetch(
      `${base}${fill(path, request.params)}${queryString(request.query)}`,
      {
        method,
        headers,
        signal: request.signal,
        ...(request.body !== undefined && {
          body: JSON.stringify(request.body),
        }),
      },
    );
    if (!response.ok || isProblem(response)) throw await errorOf(response);
    return response.json() as Promise<RouteOutput<(typeof routes)[N]>>;
  }
}

function fill(path: string, params: unknown): string {
  return path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent((params as Record<string, string>)[name]),
  );
}

function queryString(query: unknown): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== '') search.set(key, String(value));
  }
  const text = search.toString();
  return text && `?${text}`;
}

function isProblem({ headers }: Response): boolean {
  return !!headers.get('content-type')?.includes('problem+json');
}

async function errorOf(response: Response): Promise<Error> {
  if (isProblem(response)) {
    const parsed = problemSchema.safeParse(await response.clone().json());
    if (parsed.success) return new ProblemError(parsed.data);
  }
  return ResponseError.fromResponse(response);
}
