import { graphql } from 'graphql';
import type { Actor, Answer } from './answer';
import type { BareRepository } from '@gitops-events/plugin-gitops-events-node/testUtils';
import { pullFields } from './pullGraphql';
import type { PullStore } from './pullStore';
import { publishedSchema } from './publishedSchema';
import { refusal } from './refusal';
import type { Rules } from './rules';

/** GraphQL, checked against the schema that GitHub publishes: what it does not know is refused. */
export async function answerGraphql(options: {
  repository: BareRepository;
  pulls: PullStore;
  rules: Rules;
  fullName: string;
  actor: Actor;
  query: string;
  variables?: Record<string, unknown>;
}): Promise<Answer> {
  const { repository, pulls, fullName, actor, query, variables } = options;
  const result = await graphql({
    schema: publishedSchema(),
    source: query,
    variableValues: variables,
    rootValue: {
      viewer: { login: actor.login },
      ...pullFields(options),
      repository({ owner, name }: { owner: string; name: string }) {
        if (`${owner}/${name}` !== fullName) {
          throw refusal(
            'NOT_FOUND',
            `Could not resolve to a Repository with the name '${owner}/${name}'.`,
          );
        }
        return {
          object: ({ oid }: { oid: string }) => gitObject(repository, oid),
        };
      },
      async updateRefs({ input }: { input: UpdateRefs }) {
        if (input.repositoryId !== 'R_deployments') {
          throw refusal('NOT_FOUND', 'Could not resolve to a node');
        }
        try {
          await repository.updateRefs(
            input.refUpdates.map(({ name, beforeOid, afterOid }) => ({
              ...{ name, before: beforeOid, after: afterOid },
            })),
          );
        } catch (error) {
          throw refusal('UNPROCESSABLE', `Refs not updated: ${error}`);
        }
        await pulls.refresh(actor.login);
        return { clientMutationId: null };
      },
    },
  });
  // GitHub names the kind beside the message, not in `extensions`.
  const errors = result.errors?.map(error => ({
    ...{ type: error.extensions.type, path: error.path },
    message: error.message,
  }));
  return {
    status: 200,
    body: { data: result.data, ...(errors && { errors }) },
  };
}

interface UpdateRefs {
  repositoryId: string;
  refUpdates: Array<{ name: string; beforeOid?: string; afterOid: string }>;
}

async function gitObject(repository: BareRepository, oid: string) {
  const object = await repository.object(oid);
  switch (object?.type) {
    case 'tree': {
      const entries = await repository.tree(oid);
      return {
        __typename: 'Tree',
        entries: entries.map(({ mode, name, type, oid: id, size }) => ({
          ...{ name, type, oid: id, size },
          mode: parseInt(mode, 8),
          nameRaw: Buffer.from(name).toString('base64'),
        })),
      };
    }
    case 'blob': {
      const { content } = object;
      const isBinary = content.includes(0);
      return {
        ...{ __typename: 'Blob', oid, isBinary, byteSize: content.length },
        text: isBinary ? null : content.toString('utf8'),
      };
    }
    default:
      return null;
  }
}
