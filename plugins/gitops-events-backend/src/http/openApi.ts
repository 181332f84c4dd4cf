import {
  changeDiffSchema,
  changeViewSchema,
  decisionViewSchema,
  eventViewSchema,
  heldViewSchema,
  overviewSchema,
  problemSchema,
  publishResultSchema,
  reasonSchema,
  revertPreviewSchema,
  revertViewSchema,
  routes,
  runViewSchema,
  sensorViewSchema,
  statusSchema,
  timelineEntrySchema,
  timelineGroupSchema,
  verdictSchema,
  type Route,
  type RouteName,
} from '@gitops-events/plugin-gitops-events-common';
import { z } from 'zod';

type Json = Record<string, unknown>;

/** Schemas that get a name of their own in the document. */
const named = {
  Change: changeViewSchema,
  ChangeDiff: changeDiffSchema,
  Decision: decisionViewSchema,
  Event: eventViewSchema,
  HeldRun: heldViewSchema,
  Overview: overviewSchema,
  Problem: problemSchema,
  PublishResult: publishResultSchema,
  Reason: reasonSchema,
  Revert: revertViewSchema,
  RevertPreview: revertPreviewSchema,
  Run: runViewSchema,
  Sensor: sensorViewSchema,
  Status: statusSchema,
  TimelineEntry: timelineEntrySchema,
  TimelineGroup: timelineGroupSchema,
  Verdict: verdictSchema,
};

/** In binary mode the attributes are headers and the body is anything. */
const cloudEvents: Json = {
  'application/cloudevents+json': { schema: { type: 'object' } },
  'application/cloudevents-batch+json': {
    schema: { type: 'array', items: { type: 'object' } },
  },
  '*/*': { schema: {} },
};

const signed =
  'No token is asked for. The message is signed with the secret of the webhook, as its forge does it; one that is not, and one to a name that is not there, answers 401. It is believed in nothing but where to look, and heard once.';

/** These answer once what they were given is stored. */
const stored: RouteName[] = ['publishEvents', 'receiveWebhook'];

/** The OpenAPI 3.1 document of the route table; `openapi.json` is its written form. */
export function openApiDocument(): Json {
  const names = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) names.add(schema, { id });
  const schemaOf = (schema: z.ZodType, io: 'input' | 'output') =>
    jsonSchema(schema, io, names);

  const paths: Record<string, Json> = {};
  for (const [name, route] of Object.entries(routes) as Array<
    [RouteName, Route]
  >) {
    const path = `/api/gitops-events${route.path.replace(/:(\w+)/g, '{$1}')}`;
    paths[path] = {
      ...paths[path],
      [route.method.toLowerCase()]: operation(name, route, schemaOf),
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'GitOps Events',
      version: 'v1',
      description:
        'What is not there for the caller, or not to be seen, answers 404. A decision names the version seen; another one answers 409.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: components(names),
    },
  };
}

function operation(
  name: RouteName,
  route: Route,
  schemaOf: (schema: z.ZodType, io: 'input' | 'output') => Json,
): Json {
  const parameters = [
    ...parametersOf(schemaOf(route.params, 'input'), 'path'),
    ...parametersOf(schemaOf(route.query, 'input'), 'query'),
  ];
  return {
    operationId: name,
    summary: route.summary,
    tags: [route.path.split('/')[2]],
    ...(route.permission
      ? { 'x-permission': route.permission.name }
      : { security: [], description: signed }),
    ...(parameters.length > 0 && { parameters }),
    ...(route.method === 'POST' && {
      requestBody: {
        required: true,
        content:
          name === 'publishEvents'
            ? cloudEvents
            : { 'application/json': { schema: schemaOf(route.body, 'input') } },
      },
    }),
    responses: {
      [stored.includes(name) ? '202' : '200']: {
        description: 'Done as asked.',
        content: {
          'application/json': { schema: schemaOf(route.response, 'output') },
        },
      },
      default: {
        description: 'A problem; its detail says what to mend.',
        content: {
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/Problem' },
          },
        },
      },
    },
  };
}

function parametersOf(schema: Json, place: 'path' | 'query'): Json[] {
  const properties = (schema.properties ?? {}) as Record<string, Json>;
  const required = (schema.required ?? []) as string[];
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = property;
    return {
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      ...(description !== undefined && { description }),
      schema: rest,
    };
  });
}

function jsonSchema(
  schema: z.ZodType,
  io: 'input' | 'output',
  names: z.core.$ZodRegistry<{ id: string }>,
): Json {
  const { $schema, $defs, ...rest } = z.toJSONSchema(schema, {
    io,
    metadata: names,
    unrepresentable: 'any',
  }) as Json;
  return pointAtComponents(rest);
}

function components(names: z.core.$ZodRegistry<{ id: string }>): Json {
  const { schemas } = z.toJSONSchema(names, {
    uri: id => `#/components/schemas/${id}`,
    unrepresentable: 'any',
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, schema]) => {
      const { $schema, $id, ...rest } = schema as Json;
      return [id, rest];
    }),
  );
}

function pointAtComponents(schema: Json): Json {
  return JSON.parse(
    JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'),
  );
}
