import {
  anchorSchema,
  type Anchor,
} from '@gitops-events/plugin-gitops-events-common';

/** The message of the commit that is an anchor. */
export function anchorText(anchor: Anchor): string {
  return `Anchor ${anchor.anchor}\n\n${JSON.stringify(anchor)}\n`;
}

/** @throws Error where the commit is none of ours */
export function anchorOf(message: string): Anchor {
  const [, json] = message.split('\n\n');
  return anchorSchema.parse(JSON.parse(json));
}
