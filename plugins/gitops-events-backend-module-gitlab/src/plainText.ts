/**
 * Text that GitLab takes for nothing but text. In descriptions and comments it
 * obeys lines that begin with a slash, such as `/merge`; a backslash before it
 * is not seen by readers. Source: GitLab's page on quick actions.
 */
export function plainText(text: string): string {
  return text.replace(/^([\s>]*)\//gm, '$1\\/');
}

/** GitLab takes a title that begins so for a draft, whoever wrote it. */
const draftMark = /^\s*(\[draft\]|\(draft\)|draft:|draft -)\s*/i;

export function titleOf(title: string, draft: boolean): string {
  let text = title;
  while (draftMark.test(text)) text = text.replace(draftMark, '');
  // A title of nothing else stays one.
  text ||= 'Change';
  return draft ? `Draft: ${text}` : text;
}
