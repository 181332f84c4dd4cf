import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import {
  routes,
  type Problem,
  type PublishResult,
  type TimelineGroup,
} from '@gitops-events/plugin-gitops-events-common';

/** What was sent to {@link TestApi}, and for whom. */
export interface Sent {
  contentType: string | undefined;
  user: string;
  event: Record<string, unknown>;
}

/**
 * The two routes the actions use, on a real HTTP server: answers have the
 * shapes of the contract, because its schemas build them.
 */
export class TestApi {
  readonly sent: Sent[] = [];
  /** One answer for each look at the timeline; the last one stays. */
  looks: Array<TimelineGroup | Problem | undefined> = [];
  /** Answers the next event with this problem. */
  refusal: Problem | undefined;

  readonly feature = createBackendPlugin({
    pluginId: 'gitops-events',
    register: env => {
      env.registerInit({
        deps: {
          router: coreServices.httpRouter,
          httpAuth: coreServices.httpAuth,
        },
        init: async ({ router, httpAuth }) => {
          router.use(async (request, response, next) => {
            const credentials = await httpAuth.credentials(request, {
              allow: ['user'],
            });
            const answer = (status: number, body: object) =>
              response
                .status(status)
                .type(
                  status < 400
                    ? 'application/json'
                    : 'application/problem+json',
                )
                .send(JSON.stringify(body));

            if (request.path === routes.listTimeline.path) {
              const look =
                this.looks.length > 1 ? this.looks.shift() : this.looks[0];
              if (look && 'detail' in look) answer(look.status, look);
              else answer(200, { items: look ? [look] : [] });
            } else if (request.path === routes.publishEvents.path) {
              const event = JSON.parse(await text(request));
              if (this.refusal) {
                answer(this.refusal.status, this.refusal);
                return;
              }
              const result = this.#accept(event);
              this.sent.push({
                contentType: request.header('content-type'),
                user: credentials.principal.userEntityRef,
                event,
              });
              answer(202, result);
            } else next();
          });
        },
      });
    },
  });

  #accept(event: { id: string; source: string }): PublishResult {
    const known = this.sent.some(
      ({ event: { id, source } }) => id === event.id && source === event.source,
    );
    const uid = createHash('sha256')
      .update(`${event.source}\0${event.id}`)
      .digest('hex')
      .slice(0, 32);
    return routes.publishEvents.response.parse({
      events: [
        {
          id: event.id,
          source: event.source,
          uid,
          result: known ? 'duplicate' : 'accepted',
        },
      ],
      durability: 'disk',
    });
  }
}
