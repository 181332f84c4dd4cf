import { GraphQLError } from 'graphql';

/** @param type - the kind, as GitHub names it beside the message */
export function refusal(type: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}
