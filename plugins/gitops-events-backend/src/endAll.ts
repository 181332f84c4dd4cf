type Ends = ReadonlyArray<() => unknown>;

/**
 * Ends parts in their order, each whatever became of those before it.
 *
 * @throws what the one that failed threw; of several an AggregateError that has the message of each
 */
export async function endInTurn(ends: Ends): Promise<void> {
  const errors: unknown[] = [];
  for (const end of ends) {
    try {
      await end();
    } catch (error) {
      errors.push(error);
    }
  }
  tell(errors);
}

/** The same, at once; resolves when all of them have ended. */
export async function endTogether(ends: Ends): Promise<void> {
  const ended = await Promise.allSettled(ends.map(async end => end()));
  tell(ended.flatMap(one => (one.status === 'rejected' ? [one.reason] : [])));
}

function tell(errors: unknown[]): void {
  if (errors.length > 1) {
    throw new AggregateError(errors, errors.map(String).join('; '));
  }
  if (errors.length === 1) throw errors[0];
}
