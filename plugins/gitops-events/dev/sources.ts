import type {
  RefusedMessageView,
  RouteName,
  SourceView,
} from '@gitops-events/plugin-gitops-events-common';
import { fail, has, page, type Handler } from './answers';
import type { View } from './view';

/** Event sources and what they refused, kept in the world. */
export function createSourceHandlers({
  world,
}: View): Partial<Record<RouteName, Handler>> {
  const refused = (number: string | number) =>
    world.refused.find(one => one.number === Number(number)) ??
    fail(
      404,
      'There is no such refused message. Somebody may have decided about it: look at the list again.',
    );
  const drop = ({ number, source: name }: RefusedMessageView) => {
    world.refused = world.refused.filter(one => one.number !== number);
    const source = world.sources.find(one => one.name === name);
    if (source?.refused) source.refused -= 1;
    return { number };
  };
  return {
    listSources: () => ({ items: world.sources }),
    letSourceGoOn: ({ params, body }) => {
      const source = world.sources.find(({ name }) => name === params.source);
      const partition = source?.partitions.find(
        one => one.partition === body.partition,
      );
      if (!source || !partition)
        return fail(404, 'There is no such partition.');
      if (!partition.stopped) {
        return fail(
          409,
          'It goes on already. Somebody else let it go on meanwhile.',
        );
      }
      if (partition.version !== body.version) {
        return fail(409, 'It changed meanwhile. Look again.');
      }
      delete partition.stopped;
      partition.version += 1;
      partition.behind = body.from === 'oldest' ? 96 : 0;
      source.state = stateOf(source);
      return source;
    },
    listRefusedMessages: ({ query }) =>
      page(
        world.refused
          .filter(({ source }) => has(source, query.source))
          .map(({ content: _, ...listed }) => listed),
        query,
      ),
    getRefusedMessage: ({ params }) => {
      const message = refused(params.number);
      return { content: message.excerpt, ...message, isCut: false };
    },
    retryRefusedMessage: ({ params }) => {
      const message = refused(params.number);
      if (!message.excerpt?.startsWith('{')) {
        return fail(409, `It is refused again. ${message.reason}`);
      }
      return drop(message);
    },
    discardRefusedMessage: ({ params }) => drop(refused(params.number)),
  };
}

function stateOf({
  trouble,
  partitions: all,
}: SourceView): SourceView['state'] {
  const partitions = all.filter(({ retired }) => !retired);
  if (partitions.some(({ stopped }) => stopped)) return 'stopped';
  return trouble || partitions.some(one => one.trouble) ? 'waiting' : 'reading';
}
