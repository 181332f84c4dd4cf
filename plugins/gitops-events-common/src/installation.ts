import { z } from 'zod';

/** What sensors may use in an installation, as far as the caller may know. @public */
export const installationSchema = z.object({
  /** What steps may use. */
  actions: z.array(
    z.object({
      id: z.string(),
      /** JSON Schema, draft 7; inputs for a secret have the format `secret`. */
      input: z.record(z.string(), z.unknown()),
      timeout: z.string().optional(),
      outputs: z.array(z.string()).optional(),
    }),
  ),
  /** Names of secrets that some boundary told here grants; never their values. */
  secrets: z.array(z.string()),
  /** Those of the owners whose sensors the caller may test. */
  boundaries: z.array(
    z.object({
      owner: z.string(),
      ingresses: z.array(z.string()),
      actions: z.array(z.string()),
      repositories: z.array(
        z.object({
          repo: z.string(),
          branches: z.array(z.string()),
          paths: z.array(z.string()),
        }),
      ),
      environments: z.array(z.string()),
      secrets: z.array(z.string()).optional(),
      merge: z.boolean(),
    }),
  ),
});

/** @public */
export type Installation = z.infer<typeof installationSchema>;
