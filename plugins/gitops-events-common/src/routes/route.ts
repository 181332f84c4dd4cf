import { z } from 'zod';
import type { Permission } from '@backstage/plugin-permission-common';

/** One call of the HTTP API. @public */
export interface Route<
  TParams extends z.ZodType = z.ZodType,
  TQuery extends z.ZodType = z.ZodType,
  TBody extends z.ZodType = z.ZodType,
  TResponse extends z.ZodType = z.ZodType,
> {
  method: 'GET' | 'POST';
  /** Express path below `/api/gitops-events`. */
  path: string;
  summary: string;
  /**
   * Undefined where no principal of the portal stands behind a call: the message
   * itself is signed, with a secret that both sides know.
   */
  permission: Permission | undefined;
  params: TParams;
  query: TQuery;
  body: TBody;
  response: TResponse;
}

export function route<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  R extends z.ZodType,
>(definition: Route<P, Q, B, R>): Route<P, Q, B, R> {
  return definition;
}

export const nothing = z.object({});
export const noBody = z.undefined();
export const page = {
  /** Opaque; from `nextCursor` of the page before. */
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
};
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().optional() });
export const id = z.object({ id: z.string().regex(/^[0-9a-f]{8,64}$/) });
export const sensorName = z.object({
  name: z.string().regex(/^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/),
});
export const decisionBody = z.object({
  /** The version the person saw; another one answers 409. */
  version: z.number().int(),
  comment: z.string().max(2000).optional(),
});
