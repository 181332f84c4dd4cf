import { effectTrailers } from './carriedEffects';
import { membersDigest } from './changeId';
import type { ChangeStory } from './changeStory';

/** Runs that stand in the list; the portal has all. */
export const LISTED = 20;

/** Commit message: a subject of one line, the runs it carries, and the trailers that name the change. */
export function commitMessage(story: ChangeStory): string {
  const runs = story.members
    .slice(0, LISTED)
    .map(
      ({ title, event }) =>
        `* ${oneLine(title, 100)} (${oneLine(event.type, 80)} from ${oneLine(event.source, 80)})`,
    );
  return [
    oneLine(story.title, 72),
    '',
    `Fired by ${story.sensors}:`,
    ...runs,
    ...unlisted(story),
    '',
    ...commitTrailers(story),
    '',
  ].join('\n');
}

/** What a commit says of itself, beside what a pull request does: whom it carries. */
export function commitTrailers(story: ChangeStory): string[] {
  return [...trailers(story), ...effectTrailers(story.members)];
}

/** The runs that do not stand in the list. */
export function unlisted({ members }: ChangeStory): string[] {
  const left = members.length - LISTED;
  return left > 0 ? [`* and ${left} more, listed in the portal`] : [];
}

/** The line by which a commit is known as that of a change. */
export function changeTrailer(changeId: string): string {
  return `GitOps-Change: ${changeId}`;
}

export function trailers({ changeId, members }: ChangeStory): string[] {
  return [
    changeTrailer(changeId),
    `GitOps-Members: ${members.length} ${membersDigest(members.map(({ effectId }) => effectId))}`,
  ];
}

/** What forges take from a commit message as an order to leave out checks. */
const orders =
  /\[(skip[ -]ci|ci[ -]skip|no[ -]ci|skip[ -]actions|actions[ -]skip)\]|\*\*\*(NO_CI)\*\*\*/gi;

/** What forges take, in a commit on the default branch, as an order to close an issue. */
const closing =
  /\b(clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|implement(?:s|ed|ing)?)(?=:?\s*(?:issues?\s+)?(?:#|gh-|[\w.-]+\/[\w./-]+#|https?:))/gi;

/**
 * Text of a user on one line of Git: control characters and line breaks start
 * no line of their own, none turns what stands behind it, and nothing in it gives
 * orders to a forge: a word in quotes is none.
 */
export function oneLine(text: string, length: number): string {
  const line = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\p{Bidi_Control}\ufeff]/gu, '')
    .replace(orders, (_, word, other) => `(${word ?? other})`)
    .replace(closing, '"$1"')
    .trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}
