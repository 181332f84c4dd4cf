import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import type { IncomingEvent } from '@gitops-events/plugin-gitops-events-node';
import { attributeProblem, type AttributeValue } from './attributes';

/** An event as its sender made it; who brought it is not known yet. */
export type ReceivedEvent = Omit<
  IncomingEvent,
  'uid' | 'ingress' | 'principal' | 'ownerRef'
>;

/** Why an event is refused. */
export interface Refusal {
  status: 400 | 403 | 413;
  /** The attribute to mend; undefined for the event as a whole. */
  attribute?: string;
  /** Says what to do. */
  detail: string;
}

export type Checked =
  { event: ReceivedEvent } | { refusals: [Refusal, ...Refusal[]] };

/** Extension attributes that mean something to us. */
const ours = ['entityref', 'partitionkey', 'causationid', 'causationdepth'];
const standard = [
  'specversion',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'datacontenttype',
  'dataschema',
];
const required = ['specversion', 'id', 'source', 'type'];
const MAX_EXTENSIONS = 50;

/**
 * Judges the attributes of one event by CloudEvents 1.0 and by our limits.
 * Nothing is invented and nothing is rewritten, but for `entityref`, which is
 * brought to its full form.
 */
export function checkEnvelope(
  attributes: ReadonlyMap<string, AttributeValue>,
  data: Uint8Array | undefined,
): Checked {
  const refusals: Refusal[] = [];
  const refuse = (attribute: string | undefined, detail: string) =>
    refusals.push({ status: 400, attribute, detail });

  for (const name of required) {
    if (!attributes.has(name)) {
      refuse(name, `The attribute "${name}" is missing; CloudEvents needs it.`);
    }
  }
  const extensions: Record<string, AttributeValue> = {};
  for (const [name, value] of attributes) {
    const problem = attributeProblem(name, value);
    if (problem) refuse(name, problem);
    else if (!standard.includes(name) && !ours.includes(name)) {
      extensions[name] = value;
    }
  }
  if (Object.keys(extensions).length > MAX_EXTENSIONS) {
    refuse(
      undefined,
      `It has more than ${MAX_EXTENSIONS} extension attributes; move some into the data.`,
    );
  }

  const text = (name: string) => attributes.get(name) as string | undefined;
  const entityRef = fullEntityRef(text('entityref'));
  if (entityRef === null) {
    refuse(
      'entityref',
      'It is no entity reference; write it as component:default/shop.',
    );
  }
  const [first, ...others] = refusals;
  if (first) return { refusals: [first, ...others] };
  return {
    event: {
      id: text('id')!,
      source: text('source')!,
      type: text('type')!,
      subject: text('subject'),
      time: text('time'),
      dataContentType: text('datacontenttype'),
      dataSchema: text('dataschema'),
      extensions,
      entityRef: entityRef ?? undefined,
      partitionKey: text('partitionkey'),
      causationId: text('causationid'),
      depth: Number(attributes.get('causationdepth') ?? 0),
      data,
    },
  };
}

/** Null when it is not one. */
function fullEntityRef(ref: string | undefined): string | undefined | null {
  if (typeof ref !== 'string') return undefined;
  try {
    return stringifyEntityRef(parseEntityRef(ref));
  } catch {
    return null;
  }
}
