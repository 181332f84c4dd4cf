import type { TopicConfig } from './config';

/** The topic of an event: the first whose types match. */
export function topicFor(type: string, topics: TopicConfig[]): string {
  const fits = (pattern: string) =>
    pattern.endsWith('*')
      ? type.startsWith(pattern.slice(0, -1))
      : type === pattern;
  return topics.find(({ types }) => types.some(fits))!.topic;
}
