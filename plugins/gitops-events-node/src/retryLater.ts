/**
 * The other side asks to be left alone for a while. The retry policy waits at
 * least as long.
 *
 * @public
 */
export class RetryLaterError extends Error {
  override readonly name = 'RetryLaterError';

  /** @param afterMs - milliseconds from now */
  constructor(
    message: string,
    readonly afterMs: number,
  ) {
    super(message);
  }
}
