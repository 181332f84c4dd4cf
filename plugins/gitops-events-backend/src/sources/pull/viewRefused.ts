import {
  maskAndTell,
  maskNamedSecrets,
  maskSecrets,
  type MaskLimits,
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
/** Of one text: patterns that look for secrets get through so many in any process. */
const TEXT_CHARACTERS = 1_048_576;

/** Of the one message that somebody asked to see whole: all that is parsed, in so many values as take well below a second. */
const WHOLE: MaskLimits = {
  ...{ characters: TEXT_CHARACTERS, items: SHOWN_BYTES },
  ...{ levels: 64, values: 250_000 },
};
/** Of JSON in a list. What it leaves out lies beyond a preview: each value takes a character, and one beside it. */
const BEGINS: MaskLimits = {
  ...{ characters: PREVIEW_CHARACTERS, items: PREVIEW_CHARACTERS },
  ...{ levels: WHOLE.levels, values: PREVIEW_CHARACTERS },
};

const CONTENT = 'Content';

/** What is shown of a message, without what looks like a secret. */
type Shown = Pick<RefusedMessageDetail, 'key' | 'headers' | 'content'> & {
  leftOut: string[];
};

/** What a list shows of a message. It is made once, when the message is kept. */
export function previewOf(message: SourceMessage): RefusedPreview {
  const { key, headers, content, leftOut } = shownOf(message, BEGINS);
  const begins = {
    key: key?.slice(0, PREVIEW_CHARACTERS),
    headers: someOf(headers),
    excerpt: content === undefined ? undefined : excerptOf(content),
  };
  return {
    ...tellsOf(message),
    ...begins,
    isCut:
      leftOut.length > 0 ||
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
  const { leftOut, ...shown } = shownOf(message, WHOLE);
  return {
    ...{ ...aboutIt(refused), ...previewOf(message), ...shown, isCut: false },
    ...(leftOut.length > 0 && { leftOut }),
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

/** @param limits - of content that is JSON; what else is too long is cut by who shows it */
function shownOf(message: SourceMessage, limits: MaskLimits): Shown {
  const { key, headers, value } = message;
  const all = Object.fromEntries(headers.toReversed());
  const shown = {
    key: key && maskAndTell(textOf(key), WHOLE, 'Key'),
    headers: maskAndTell(all, WHOLE, 'Headers'),
    content: value && contentOf(value, limits),
  };
  return {
    key: shown.key && String(shown.key.shown),
    headers: shown.headers.shown as Shown['headers'],
    content: shown.content?.shown,
    leftOut: Object.values(shown).flatMap(part => part?.leftOut ?? []),
  };
}

/** JSON is masked by the names of its keys before it is cut. */
function contentOf(value: Uint8Array, limits: MaskLimits) {
  if (value.length > SHOWN_BYTES) {
    const note = `… (${value.length} bytes, too many to be shown. Look at it where it lies.)`;
    return { shown: note, leftOut: [] };
  }
  const text = textOf(value);
  try {
    const { shown, leftOut } = maskAndTell(JSON.parse(text), limits, CONTENT);
    return { shown: JSON.stringify(shown), leftOut };
  } catch {
    const { shown, leftOut } = maskAndTell(text, WHOLE, CONTENT);
    return { shown: maskNamedSecrets(String(shown)), leftOut };
  }
}

function excerptOf(content: string): string {
  return content.length > PREVIEW_CHARACTERS
    ? `${content.slice(0, PREVIEW_CHARACTERS)}…`
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
