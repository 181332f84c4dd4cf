import { jsonMistake } from '../validate/jsonMistake';
import type { YamlFile } from './yamlFile';

/**
 * Edits a file that is JSON and stays JSON: comments and the like, which YAML
 * takes, are refused, before and after.
 *
 * @throws EditError with line and column
 */
export function editJson(file: YamlFile, work: () => void): void {
  refuseOther(file);
  work();
  refuseOther(file);
}

function refuseOther(file: YamlFile): void {
  // What some editors put in front is no part of the text; readers of YAML skip it too.
  const text = file.text.replace(/^\ufeff/, '');
  const at = jsonMistake(text);
  if (at === undefined) return;
  const before = text.slice(0, at).split('\n');
  file.refuse(
    'jsonUnreadable',
    `Line ${before.length}, column ${before.at(-1)!.length + 1}: this is no JSON. Use kind: yaml where it is YAML, or mend the file.`,
  );
}
