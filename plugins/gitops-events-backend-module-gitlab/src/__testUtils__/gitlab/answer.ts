import type { z } from 'zod';

export interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** One request as the routes see it. */
export interface Asked {
  params: string[];
  /** Of the address or of the body, as GitLab takes both. */
  parameters: any;
  actor: string;
}

export interface Route {
  method: string;
  path: RegExp;
  /** The parameters that GitLab publishes for it; any other fails the test. */
  accepts: z.ZodType;
  answer(asked: Asked): Promise<Answer>;
}

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown): Answer => ({ status: 201, body });
export const refused = (status: number, message: unknown): Answer => ({
  status,
  body: { message },
});
export const notFound = (what: string): Answer =>
  refused(404, `404 ${what} Not Found`);
