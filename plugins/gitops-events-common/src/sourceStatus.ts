import type { AilingSource } from './overview';
import type { SourceView } from './source';
import type { Status } from './status';
import { countInWords } from './words';

type Partition = SourceView['partitions'][number];

/**
 * How an event source stands, in one sentence: what is wrong with it, and who does what about it.
 *
 * @public
 */
export function statusOfSource(
  source: Pick<SourceView, 'state' | 'trouble' | 'partitions'>,
): Status {
  const { state } = source;
  const partitions = readOf(source);
  if (state === 'stopped') return stopped(partitions);
  if (state === 'waiting') {
    const troubles = troublesOf(source);
    return {
      ...{ tone: 'warning', word: 'Waiting' },
      sentence:
        troubles.length > 0
          ? troubles.join(' ')
          : 'It begins: its partitions are not known yet.',
    };
  }
  const count = partitions.length;
  return {
    ...{ tone: 'success', word: 'Reading' },
    sentence:
      count === 1
        ? 'Its one partition is read.'
        : `All of its ${countInWords(count, 'partition')} are read.`,
  };
}

/**
 * Those that wait or are stopped, the stopped ones first.
 *
 * @public
 */
export function ailingSources(sources: readonly SourceView[]): AilingSource[] {
  const ailing = sources.filter(({ state }) => state !== 'reading');
  const byUrgency = [...ailing].sort(
    (a, b) => Number(b.state === 'stopped') - Number(a.state === 'stopped'),
  );
  return byUrgency.map(source => ({
    name: source.name,
    status: statusOfSource(source),
    since: sinceOf(source),
  }));
}

/** Those that the configuration names: the others have no say. */
function readOf({ partitions }: Pick<SourceView, 'partitions'>): Partition[] {
  return partitions.filter(({ retired }) => !retired);
}

/** What keeps a source from going on, each reason once. */
function troublesOf(source: Pick<SourceView, 'trouble' | 'partitions'>) {
  const messages = readOf(source).map(one => one.trouble?.message);
  return [...new Set([source.trouble, ...messages])].filter(
    one => one !== undefined,
  );
}

function stopped(partitions: Partition[]): Status {
  const names = partitions
    .filter(one => one.stopped)
    .map(({ partition }) => partition);
  const [where, it] =
    names.length === 1
      ? [names[0], 'it']
      : [`${names.length} partitions`, 'them'];
  return {
    ...{ tone: 'error', word: 'Stopped' },
    sentence: `Messages were lost in ${where}. Nothing more is read from ${it} until somebody says from where.`,
  };
}

function sinceOf(source: SourceView): string | undefined {
  const part = source.state === 'stopped' ? 'stopped' : 'trouble';
  const [oldest] = readOf(source)
    .flatMap(one => one[part]?.since ?? [])
    .sort((a, b) => a.localeCompare(b));
  return oldest;
}
