/**
 * What somebody outside says has happened. It is believed in nothing but where
 * to look again: whatever is decided is decided on what is found there.
 *
 * @public
 */
export interface WebhookNews {
  /** Names this message for ever; the same one again changes nothing. */
  delivery: string;
  /** Repositories as in a sensor; without a branch all of their changes are meant. */
  changes: Array<{ repository: string; branch?: string }>;
  /** Repositories whose content moved: sensors that are kept there are read again. */
  pushed: string[];
}

/**
 * One who may say "look again" at `POST /api/gitops-events/v1/webhooks/<name>`.
 *
 * @public
 */
export interface Webhook {
  readonly name: string;
  /**
   * Verifies a message, then tells its news.
   *
   * @param request - names of headers in lower case, and the body as received
   * @throws AuthenticationError when it is not signed as it must be
   * @throws NotAllowedError where no secret is configured
   * @throws InputError for what is signed and cannot be read
   */
  receive(request: {
    headers: Record<string, string | string[] | undefined>;
    body: Uint8Array;
  }): WebhookNews;
}
