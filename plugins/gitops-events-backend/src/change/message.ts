import { membersDigest } from './changeId';

/** What a commit or pull request tells about its change. */
export interface ChangeStory {
  changeId: string;
  title: string;
  sensor: string;
  revision: number;
  members: Array<{
    effectId: string;
    title: string;
    source: string;
    type: string;
  }>;
  portalUrl: string;
}

const LISTED = 20;

/** Commit message: a subject of one line, the runs it carries, and the trailers that name the change. */
export function commitMessage(story: ChangeStory): string {
  return [
    oneLine(story.title, 72),
    '',
    ...memberLines(story),
    '',
    ...trailers(story),
    '',
  ].join('\n');
}

/** Body of the pull request, in Markdown. */
export function pullRequestBody(story: ChangeStory, text?: string): string {
  return [
    ...(text ? [text, ''] : []),
    ...memberLines(story),
    '',
    `[Timeline in the portal](${story.portalUrl})`,
    '',
    ...trailers(story),
    '',
  ].join('\n');
}

function memberLines({ members, sensor }: ChangeStory): string[] {
  const lines = members
    .slice(0, LISTED)
    .map(
      ({ title, type, source }) =>
        `* ${oneLine(title, 100)} (${oneLine(type, 80)} from ${oneLine(source, 80)})`,
    );
  if (members.length > LISTED) {
    lines.push(`* and ${members.length - LISTED} more, listed in the portal`);
  }
  return [`Fired by sensor ${sensor}:`, ...lines];
}

function trailers({ changeId, members }: ChangeStory): string[] {
  return [
    `GitOps-Change: ${changeId}`,
    `GitOps-Members: ${members.length} ${membersDigest(members.map(({ effectId }) => effectId))}`,
  ];
}

/** Control characters and line breaks of a user's text never start a line of their own in Git. */
export function oneLine(text: string, length: number): string {
  const line = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}
