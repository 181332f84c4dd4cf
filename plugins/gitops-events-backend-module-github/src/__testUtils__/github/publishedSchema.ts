import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, type GraphQLSchema } from 'graphql';

let built: GraphQLSchema | undefined;

/** GitHub's own description of its GraphQL API. Its package exports an ES module alone, which Jest does not load. */
export function publishedSchema(): GraphQLSchema {
  if (!built) {
    const name = '@octokit/graphql-schema';
    const file = require.resolve
      .paths(name)!
      .map(folder => path.join(folder, name, 'schema.graphql'))
      .find(existsSync);
    built = buildSchema(readFileSync(file!, 'utf8'), { assumeValid: true });
  }
  return built;
}
