import { InputError } from '@backstage/errors';

/** Whether it is a whole SHA-1 id: the only text that ever reaches a git process or server. @public */
export function isObjectId(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

/**
 * @public
 * @throws InputError for anything but a whole commit id.
 */
export function checkObjectId(text: string): string {
  if (!isObjectId(text)) {
    throw new InputError(
      `${JSON.stringify(text)} is not a commit id; give all 40 hexadecimal digits`,
    );
  }
  return text;
}
