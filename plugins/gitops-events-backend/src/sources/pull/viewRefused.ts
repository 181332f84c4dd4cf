import {
  maskNamedSecrets,
  maskSecrets,
  type RefusedMessageDetail,
  type RefusedMessageView,
} from '@gitops-events/plugin-gitops-events-common';
import type { SourceMessage } from '@gitops-events/plugin-gitops-events-node';
import type {
  ListedMessage,
  RefusedMessage,
  RefusedPreview,
} from '../../store/refusedMessages';

/** Of the key, of all headers, of the content. */
const PREVIEW_CHARACTERS = 2_000;
/** What is larger is not parsed, so its secrets could not be told. */
const SHOWN_BYTES = 4 * 1_048_576;

/** What is shown of a message, without what looks like a secret. */
type Shown = Pick<RefusedMessageDetail, 'key' | 'headers' | 'content'>;

/** What a list shows of a message. It is made once, when the message is kept. */
export function previewOf(message: SourceMessage): RefusedPreview {
  const { key, headers, content } = shownOf(message);
  const begins = {
    key: key?.slice(0, PREVIEW_CHARACTERS),
    headers: someOf(headers),
    excerpt: content === undefined ? undefined : excerptOf(content),
  };
  return {
    ...tellsOf(message),
    ...begins,
    isCut:
      begins.key !== key ||
      begins.excerpt !== content ||
      sizeOf(begins.headers) !== sizeOf(headers),
  };
}

export function viewListed(listed: ListedMessage): RefusedMessageView {
  return {
    ...aboutIt(listed),
    ...('preview' in listed ? listed.preview : previewOf(listed.message)),
  };
}

export function viewRefused(refused: RefusedMessage): RefusedMessageDetail {
  const { message } = refused;
  return {
    ...aboutIt(refused),
    ...previewOf(message),
    ...shownOf(message),
    isCut: false,
  };
}

function aboutIt({ seq, source, reason, at }: Omit<RefusedMessage, 'message'>) {
  return {
    ...{ number: seq, source, reason: String(maskSecrets(reason)) },
    at: new Date(at).toISOString(),
  };
}

function tellsOf({ place, topic, timestamp, value }: SourceMessage) {
  const sent = new Date(timestamp);
  return {
    ...{ place, topic, bytes: value?.length },
    sentAt: Number.isNaN(sent.getTime()) ? undefined : sent.toISOString(),
  };
}

function shownOf({ key, headers, value }: SourceMessage): Shown {
  return {
    key: key && String(maskSecrets(textOf(key))),
    headers: maskSecrets(
      Object.fromEntries(headers.toReversed()),
    ) as Shown['headers'],
    content: value && contentOf(value),
  };
}

/** JSON is masked by the names of its keys before it is cut. */
function contentOf(value: Uint8Array): string {
  if (value.length > SHOWN_BYTES) {
    return `… (${value.length} bytes, too many to be shown. Look at it where it lies.)`;
  }
  const text = textOf(value);
  try {
    return JSON.stringify(maskSecrets(JSON.parse(text)));
  } catch {
    return maskNamedSecrets(String(maskSecrets(text)));
  }
}

function excerptOf(content: string): string {
  const more = content.length - PREVIEW_CHARACTERS;
  return more > 0
    ? `${content.slice(0, PREVIEW_CHARACTERS)}… (${more} more characters)`
    : content;
}

/** The first of them, and the beginning of the one at which it is enough. */
function someOf(headers: Shown['headers']): Shown['headers'] {
  let room = PREVIEW_CHARACTERS;
  const some: Array<[string, string]> = [];
  for (const [name, text] of Object.entries(headers)) {
    if (room <= 0) break;
    some.push([name.slice(0, room), text.slice(0, room)]);
    room -= name.length + text.length;
  }
  return Object.fromEntries(some);
}

function sizeOf(headers: Shown['headers']): number {
  return JSON.stringify(headers).length;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
