import { InputError } from '@backstage/errors';
import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import {
  createTemplateAction,
  type TemplateExample,
} from '@backstage/plugin-scaffolder-node';
import type { ClientFor } from './client';
import { eventIdOf } from './eventId';
import { eventLink } from './links';

const examples: TemplateExample[] = [
  {
    description: 'Ask for an environment',
    example: `steps:
  - id: request
    name: Send the request
    action: gitops-events:publish
    input:
      type: dev.gitops-events.environment.requested
      source: /portal/application-environment
      entityRef: \${{ parameters.application }}
      data:
        name: \${{ parameters.name }}
        class: \${{ parameters.class }}
`,
  },
];

/** Publishes one event on behalf of the person who filled in the form. */
export function createPublishAction(options: { clientFor: ClientFor }) {
  return createTemplateAction({
    id: 'gitops-events:publish',
    description:
      'Publishes one event. It is stored when the step ends; sensors decide what follows from it.',
    examples,
    schema: {
      input: {
        type: z =>
          z
            .string()
            .describe('CloudEvents type, such as `dev.acme.topic.requested`.'),
        source: z =>
          z
            .string()
            .describe(
              'CloudEvents source. Default `/portal/<name of the template>`.',
            )
            .optional(),
        subject: z => z.string().describe('CloudEvents subject.').optional(),
        entityRef: z =>
          z
            .string()
            .describe(
              'The entity it is about; it shows on the timeline of that entity.',
            )
            .optional(),
        data: z =>
          z.record(z.unknown()).describe('What sensors read as `event.data`.'),
        partitionKey: z =>
          z
            .string()
            .describe(
              'Events with the same key are handled in order. Default the entity.',
            )
            .optional(),
        key: z =>
          z
            .string()
            .max(100)
            .describe(
              'Tells apart events of one step with `each` that are otherwise equal, such as `${{ each.key }}`.',
            )
            .optional(),
      },
      output: {
        eventUid: z =>
          z
            .string()
            .describe('Names the event in URLs and for `gitops-events:wait`.'),
        eventId: z => z.string().describe('CloudEvents id.'),
        link: z => z.string().describe('Path of its timeline in the portal.'),
      },
    },
    async handler(ctx) {
      const { key, ...input } = ctx.input;
      const attributes = {
        type: input.type,
        source: input.source ?? defaultSource(ctx.templateInfo?.entityRef),
        subject: input.subject,
        entityref: input.entityRef && fullRef(input.entityRef),
        partitionkey: input.partitionKey,
        data: input.data,
      };
      const id = eventIdOf({
        taskId: ctx.task.id,
        stepId: ctx.step?.id ?? 'publish',
        key,
        content: attributes,
      });
      const client = options.clientFor(await ctx.getInitiatorCredentials());
      const { events } = await client.call('publishEvents', {
        headers: { 'content-type': 'application/cloudevents+json' },
        body: {
          specversion: '1.0',
          id,
          datacontenttype: 'application/json',
          ...attributes,
        },
        signal: ctx.signal,
      });
      const [event] = events;
      ctx.logger.info(
        event.result === 'duplicate'
          ? 'The event was stored by an earlier attempt of this step; nothing was sent twice.'
          : `The event is stored. Follow it at ${eventLink(event.uid)}`,
      );
      ctx.output('eventUid', event.uid);
      ctx.output('eventId', event.id);
      ctx.output('link', eventLink(event.uid));
    },
  });
}

function fullRef(entityRef: string): string {
  return stringifyEntityRef(
    parseEntityRef(entityRef, {
      defaultKind: 'component',
      defaultNamespace: 'default',
    }),
  );
}

function defaultSource(templateRef: string | undefined): string {
  if (!templateRef) {
    throw new InputError('Set `source`: this task was not made by a template.');
  }
  return `/portal/${parseEntityRef(templateRef).name}`;
}
