import { z } from 'zod';
import { repositoryInWords } from './words';

/** What can be stopped: everything, one repository, or one part of a target. @public */
export const stopKinds = [
  'all',
  'repository',
  'environment',
  'cluster',
  'tenant',
] as const;
/** @public */
export type StopKind = (typeof stopKinds)[number];

/** What a stop covers; only `all` has no name. @public */
export const stopScopeSchema = z
  .object({
    kind: z.enum(stopKinds),
    name: z.string().trim().min(1).max(300).optional(),
  })
  .refine(({ kind, name }) => (kind === 'all') === (name === undefined), {
    path: ['name'],
    message: 'Name what is to be stopped; only "all" has no name',
  });
/** @public */
export type StopScope = z.infer<typeof stopScopeSchema>;

/** A stop, in force until somebody lifted it. @public */
export const stopViewSchema = z.object({
  id: z.string(),
  scope: stopScopeSchema,
  reason: z.string(),
  /** Entity reference of the person, or a service. */
  by: z.string(),
  at: z.string(),
  version: z.number(),
  lifted: z
    .object({ by: z.string(), at: z.string(), comment: z.string() })
    .optional(),
});
/** @public */
export type StopView = z.infer<typeof stopViewSchema>;

/**
 * What is stopped, to go on with a verb: `All writing`,
 * `Writing to deployments`, `Writing for tenant acme`.
 *
 * @public
 */
export function stopInWords({ kind, name = '' }: StopScope): string {
  switch (kind) {
    case 'all':
      return 'All writing';
    case 'repository':
      return `Writing to ${repositoryInWords(name)}`;
    default:
      return `Writing for ${kind} ${name}`;
  }
}

/** Code of the reason of what waits because of a stop. @public */
export const STOPPED = 'stopped';
